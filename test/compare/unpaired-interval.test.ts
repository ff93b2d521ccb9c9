import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rankSumCut } from '../../src/compare/rank-sum.ts'
import { unpairedInterval } from '../../src/compare/unpaired-interval.ts'
import { createRandom } from '../../src/core/random.ts'
import { noises } from './noises.ts'

describe('unpairedInterval', () => {
  it('gives the worked example of Hollander and Wolfe, section 4.2: permeability of a membrane', () => {
    const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
    const early = [1.15, 0.88, 0.9, 0.74, 1.21]
    const found = unpairedInterval(term, early)
    expect(found?.estimate).toBeCloseTo(-0.305, 12)
    // The cut of 10 and 5 values is at U = 8: from the ninth smallest difference to the ninth largest.
    expect(found?.interval?.low).toBeCloseTo(-0.76, 12)
    expect(found?.interval?.high).toBeCloseTo(0.15, 12)
    expect(found?.interval?.confidence).toBeCloseTo(0.96, 2)
  })

  it('of four and four values spans every difference, for the cut is at the first rank', () => {
    expect(unpairedInterval([1, 2, 3, 4], [11, 12, 13, 14])).toEqual({
      estimate: 10,
      interval: { low: 7, high: 13, confidence: 1 - 2 / 70 },
    })
  })

  it('estimates without an interval where the samples are too small, and nothing from none', () => {
    expect(unpairedInterval([1, 2, 3], [4, 5, 9])).toEqual({ estimate: 3, interval: null })
    expect(unpairedInterval([], [1])).toBeNull()
    expect(unpairedInterval([1], [])).toBeNull()
  })

  it('is exactly 0 where nothing differs, never -0', () => {
    const found = unpairedInterval([0, -0, 0, 0, 0], [-0, 0, -0, 0, 0])
    expect(found).toMatchObject({ estimate: 0, interval: { low: 0, high: 0 } })
  })

  it('agrees with sorting all differences', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 4, maxLength: 25 })
    fc.assert(
      fc.property(values, values, (a, b) => {
        const differences = a.flatMap((one) => b.map((other) => other - one)).sort((x, y) => x - y)
        const rank = rankSumCut(a.length, b.length)?.rank ?? 0
        const { length } = differences
        const found = unpairedInterval(a, b)
        const middle = (differences[Math.ceil(length / 2) - 1] ?? 0) / 2 + (differences[length >> 1] ?? 0) / 2
        expect(found?.estimate).toBeCloseTo(middle, 9)
        expect(found?.interval?.low).toBeCloseTo(differences[rank - 1] ?? Number.NaN, 9)
        expect(found?.interval?.high).toBeCloseTo(differences.at(-rank) ?? Number.NaN, 9)
      }),
      { seed: 1, numRuns: 200 },
    )
  })
})

// The claim of README: the interval covers the true shift, whatever the noise looks like.
describe('coverage of the true shift in 4000 simulated comparisons', () => {
  const cases = Object.entries(noises).flatMap(([name, draw]) => {
    return [
      [4, 4],
      [9, 9],
      [6, 19],
    ].map(([ofA = 0, ofB = 0]) => ({ name, ofA, ofB, draw }))
  })

  it.each(cases)('$ofA and $ofB values, $name noise: at least 94 %', ({ ofA, ofB, draw }) => {
    const random = createRandom(20_261_124 + ofA * ofB)
    const sample = (length: number, centre: number) => Array.from({ length }, () => centre + draw(random))
    let covered = 0
    for (let trial = 0; trial < 4000; trial++) {
      const found = unpairedInterval(sample(ofA, 5), sample(ofB, 7))?.interval
      if (found && found.low <= 2 && 2 <= found.high) covered++
    }
    expect(covered / 4000).toBeGreaterThanOrEqual(0.94)
    expect(covered / 4000).toBeLessThan(0.985)
  })
})
