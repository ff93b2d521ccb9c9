import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DelayVariation } from '../../src/measure/delay-variation.ts'
import type { Jitter } from '../../src/measure/jitter.ts'

function jitterOf(...transitsNs: number[]): Jitter {
  const variation = new DelayVariation()
  for (const [seq, transitNs] of transitsNs.entries()) variation.record(seq, transitNs)
  return variation.jitter
}

describe('Jitter', () => {
  it('is null under two arrivals: one transit has nothing to differ from', () => {
    expect([jitterOf().value, jitterOf(100).value]).toEqual([null, null])
    expect(jitterOf(100, 100).value).toBe(0)
  })

  it('follows RFC 3550, A.8, by hand: J += (|D| - J) / 16 over transits 100, 116, 100, 100 gives 1, 1.9375, 1.81640625', () => {
    expect(jitterOf(100, 116).value).toBe(1)
    expect(jitterOf(100, 116, 100).value).toBe(1.9375)
    expect(jitterOf(100, 116, 100, 100).value).toBe(1.81640625)
  })

  it('goes by the order of arrival, not of sending', () => {
    const variation = new DelayVariation()
    for (const [seq, transitNs] of [
      [0, 100],
      [2, 116],
      [1, 100],
    ] as const) {
      variation.record(seq, transitNs)
    }
    expect(variation.jitter.value).toBe(1.9375)
  })

  it('settles at the difference where that is always the same: a wrong gain or a sign kept would not', () => {
    const swinging = Array.from({ length: 1000 }, (_, i) => (i % 2) * 500)
    expect(jitterOf(...swinging).value).toBeCloseTo(500, 9)
  })

  it('is not changed by a constant in every transit', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e6)), fc.integer({ min: -1e9, max: 1e9 }), (transitsNs, offset) => {
        expect(jitterOf(...transitsNs.map((each) => each + offset)).value).toBe(jitterOf(...transitsNs).value)
      }),
    )
  })

  it('passes over what is no time: one NaN would otherwise be the estimate for ever', () => {
    expect(jitterOf(100, 116, Number.NaN, 50, 50).value).toBe(0.9375)
    expect(jitterOf(100, 116, Number.POSITIVE_INFINITY, 50, 50).value).toBe(0.9375)
  })

  it('merged is the mean weighted by differences, by hand: 1 of one and 1.9375 of two give 1.625', () => {
    const merged = jitterOf(0, 16)
    merged.merge(jitterOf(0, 16, 0))
    expect(merged.value).toBe(1.625)
    merged.merge(jitterOf(5))
    expect(merged.value).toBe(1.625)
  })

  it('merged into an empty one is the other, and two empty ones stay null', () => {
    const merged = jitterOf()
    merged.merge(jitterOf(7))
    expect(merged.value).toBeNull()
    merged.merge(jitterOf(100, 116, 100))
    expect(merged.value).toBe(1.9375)
  })
})
