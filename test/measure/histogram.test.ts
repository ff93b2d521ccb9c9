import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Histogram } from '../../src/measure/histogram.ts'

const ERROR_BOUND = 0.0005
const LARGEST = 2 ** 43

const value = fc.oneof(
  fc.nat(5000),
  fc.nat(2 ** 31 - 1),
  fc.integer({ min: 2 ** 31 - 3000, max: 2 ** 31 }),
  fc.maxSafeNat().map((n) => n % LARGEST),
)
const values = (minLength: number) => fc.array(value, { minLength, maxLength: 300 })

function histogramOf(recorded: Iterable<number>): Histogram {
  const histogram = new Histogram()
  for (const each of recorded) histogram.record(each)
  return histogram
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

const everything = (histogram: Histogram) => ({
  count: histogram.count,
  rejectedCount: histogram.rejectedCount,
  min: histogram.min,
  max: histogram.max,
  mean: histogram.mean,
  quantiles: histogram.quantiles(99),
})

describe('Histogram', () => {
  it('is null in everything but its count while empty: 0 would read as a measured delay of nothing', () => {
    const { count, min, max, mean } = new Histogram()
    expect({ count, min, max, mean }).toEqual({ count: 0, min: null, max: null, mean: null })
    expect([0, 0.5, 0.99, 1].map((p) => new Histogram().percentile(p))).toEqual([null, null, null, null])
    expect(new Histogram().quantiles(99)).toBeNull()
  })

  it('tells the percentiles of 1 to 1000 by nearest rank: an interpolating or off-by-one rank misses them', () => {
    const histogram = histogramOf(upTo(1000))
    expect([0.001, 0.5, 0.9, 0.99, 0.999, 1].map((p) => histogram.percentile(p))).toEqual([
      1, 500, 900, 990, 999, 1000,
    ])
    expect(histogram.mean).toBe(500.5)
  })

  it('draws 1 to 100 as the percentiles 1 to 99: a rounding error in a share takes the next rank', () => {
    expect(histogramOf(upTo(100)).quantiles(99)).toEqual(upTo(99))
  })

  it('draws a chart of two values, not of one', () => {
    expect(histogramOf([7]).quantiles(3)).toBeNull()
    expect(histogramOf([7, 9]).quantiles(3)).toEqual([7, 7, 9])
  })

  it.each([
    [0.01, 1],
    [0.5, 1],
    [0.75, 4],
    [0.9, 10],
    [0.99, 100],
    [0.999, 1000],
    [0.9999, 10_000],
    [1, 1],
  ])(
    'gives percentile %f from %i values on, and null before: a tail nobody saw is no figure',
    (p, needed) => {
      const short = histogramOf(upTo(needed - 1))
      expect(short.percentile(p)).toBeNull()
      short.record(needed)
      expect(short.percentile(p)).not.toBeNull()
    },
  )

  it.each([0, 1, 2047, 2048, 2 ** 31 - 2049, 2 ** 31 - 2048, 2 ** 31, LARGEST])(
    'tells %d alone exactly, as every statistic',
    (only) => {
      const histogram = histogramOf([only])
      const { min, max, mean } = histogram
      expect({ min, max, mean, p50: histogram.percentile(0.5) }).toEqual({
        min: only,
        max: only,
        mean: only,
        p50: only,
      })
    },
  )

  it('is off by at most 0.05 % at every edge of a bucket or octave up to 2^43, and not at all below 2048', () => {
    const at = (v: number) => {
      const histogram = new Histogram()
      for (const each of [0, v, 4 * v + 4]) histogram.record(each)
      return histogram.percentile(0.5) as number
    }
    for (let v = 0; v < 2048; v++) expect(at(v)).toBe(v)
    let worst = 0
    let worstOfLarge = 0
    for (let octave = 12; octave < 43; octave++) {
      for (const low of [2 ** octave - 2048, 1.5 * 2 ** octave, 2 ** octave]) {
        const width = 2 ** (octave - 11)
        for (const v of [low - 1, low, low + 1, low + width - 1, low + width]) {
          const error = Math.abs(at(v) - v) / v
          worst = Math.max(worst, error)
          if (octave > 20) worstOfLarge = Math.max(worstOfLarge, error)
        }
      }
    }
    expect(worst).toBeLessThanOrEqual(ERROR_BOUND)
    // Half of that where a bucket is wide enough to have a middle: its edge would be off by twice as much.
    expect(worstOfLarge).toBeLessThanOrEqual(ERROR_BOUND / 2)
  })

  it('agrees with the sorted values, at any rank, within 0.05 %', () => {
    fc.assert(
      fc.property(values(1), fc.integer({ min: 1, max: 500 }), (recorded, permille) => {
        const sorted = recorded.toSorted((a, b) => a - b)
        const exact = sorted[Math.ceil((permille * sorted.length) / 1000) - 1] as number
        const told = histogramOf(recorded).percentile(permille / 1000) as number
        expect(Math.abs(told - exact)).toBeLessThanOrEqual(exact * ERROR_BOUND)
      }),
    )
  })

  it('keeps min, max and mean exact', () => {
    fc.assert(
      fc.property(values(1), (recorded) => {
        const { count, min, max, mean } = histogramOf(recorded)
        expect({ count, min, max, mean }).toEqual({
          count: recorded.length,
          min: Math.min(...recorded),
          max: Math.max(...recorded),
          mean: recorded.reduce((sum, each) => sum + each, 0) / recorded.length,
        })
      }),
    )
  })

  it('counts what is beyond its buckets in the last one, with an exact max: an index past the end loses it', () => {
    const histogram = histogramOf([1, 2 ** 44, Number.MAX_SAFE_INTEGER, 1e300])
    expect(histogram.count).toBe(4)
    expect(histogram.max).toBe(1e300)
    expect(histogram.percentile(0.25)).toBe(1)
    expect(histogram.percentile(0.5)).toBeGreaterThan(LARGEST)
  })

  it('rejects negative and endless values apart: one NaN must not turn the mean into NaN', () => {
    const histogram = histogramOf([-1, Number.NaN, 5, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])
    expect(everything(histogram)).toMatchObject({ count: 1, rejectedCount: 4, min: 5, max: 5, mean: 5 })
  })

  it('merged is as if all had been recorded into one', () => {
    fc.assert(
      fc.property(values(0), values(0), (a, b) => {
        const merged = histogramOf([...a, -1])
        merged.merge(histogramOf([...b, -1]))
        expect(everything(merged)).toEqual(everything(histogramOf([...a, -1, ...b, -1])))
      }),
    )
  })
})
