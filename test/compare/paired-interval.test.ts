import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pairedInterval } from '../../src/compare/paired-interval.ts'
import { signedRankCut } from '../../src/compare/signed-rank.ts'
import { createRandom } from '../../src/core/random.ts'
import { noises, normal } from './noises.ts'

describe('pairedInterval', () => {
  it('of six values spans the whole range, for the cut is at the first rank', () => {
    expect(pairedInterval([3, -1, 4, 1, 5, 9])).toEqual({
      estimate: 3.5,
      interval: { low: -1, high: 9, confidence: 0.968_75 },
    })
  })

  it('of 1 to 9 runs from the sixth smallest Walsh average to the sixth largest', () => {
    // Averages in order: 1, 1.5, 2, 2, 2.5, 2.5, ...
    expect(pairedInterval([9, 1, 8, 2, 7, 3, 6, 4, 5])).toEqual({
      estimate: 5,
      interval: { low: 2.5, high: 7.5, confidence: 0.960_937_5 },
    })
  })

  it('estimates without an interval under six values, and nothing from none', () => {
    expect(pairedInterval([1, 2, 6])).toEqual({ estimate: 2.75, interval: null })
    expect(pairedInterval([4])).toEqual({ estimate: 4, interval: null })
    expect(pairedInterval([])).toBeNull()
  })

  it('is exactly 0 where nothing differs, never -0', () => {
    const found = pairedInterval([0, -0, 0, -0, 0, 0])
    expect(found).toEqual({ estimate: 0, interval: { low: 0, high: 0, confidence: 0.968_75 } })
  })

  it('agrees with sorting all Walsh averages', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 6, maxLength: 40 })
    fc.assert(
      fc.property(values, (sample) => {
        const averages = sample
          .flatMap((one, at) => sample.slice(at).map((other) => one / 2 + other / 2))
          .sort((a, b) => a - b)
        const rank = signedRankCut(sample.length)?.rank ?? 0
        const found = pairedInterval(sample)?.interval
        expect(found?.low).toBeCloseTo(averages[rank - 1] ?? Number.NaN, 9)
        expect(found?.high).toBeCloseTo(averages.at(-rank) ?? Number.NaN, 9)
      }),
      { seed: 1, numRuns: 200 },
    )
  })

  it('takes a thousand values without holding half a million averages', () => {
    const random = createRandom(3)
    const found = pairedInterval(Array.from({ length: 1000 }, () => 5 + normal(random)))
    expect(found?.interval?.low).toBeLessThan(5)
    expect(found?.interval?.high).toBeGreaterThan(5)
    expect((found?.interval?.high ?? 9) - (found?.interval?.low ?? 0)).toBeLessThan(0.2)
  })
})

// The claim of design and README: the interval covers the true centre, whatever the noise looks like.
describe('coverage of the true centre in 4000 simulated comparisons', () => {
  const cases = Object.entries(noises).flatMap(([name, draw]) => {
    return [6, 9, 19].map((pairs) => ({ name, pairs, draw }))
  })

  it.each(cases)('$pairs pairs, $name noise: at least 94 %', ({ pairs, draw }) => {
    const random = createRandom(20_261_121 + pairs)
    let covered = 0
    for (let trial = 0; trial < 4000; trial++) {
      const found = pairedInterval(Array.from({ length: pairs }, () => 2 + draw(random)))?.interval
      if (found && found.low <= 2 && 2 <= found.high) covered++
    }
    expect(covered / 4000).toBeGreaterThanOrEqual(0.94)
    expect(covered / 4000).toBeLessThan(0.985)
  })
})
