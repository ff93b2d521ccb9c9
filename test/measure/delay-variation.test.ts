import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DelayVariation } from '../../src/measure/delay-variation.ts'
import { Histogram } from '../../src/measure/histogram.ts'

type Message = readonly [seq: number, delayNs: number]

/** Delays below 2048 ns, where a histogram is exact: its quantiles are then the differences themselves. */
const contents = (histogram: Histogram) => ({
  count: histogram.count,
  rejectedCount: histogram.rejectedCount,
  min: histogram.min,
  max: histogram.max,
  mean: histogram.mean,
  quantiles: histogram.quantiles(500),
})

function variationOf(messages: readonly Message[], windowSeqs?: number) {
  const variation = new DelayVariation(windowSeqs)
  for (const [seq, delayNs] of messages) variation.record(seq, delayNs)
  return contents(variation.histogram)
}

function recorded(differences: readonly number[]) {
  const histogram = new Histogram()
  for (const difference of differences) histogram.record(difference)
  return contents(histogram)
}

/** Every message once, in any order. */
const arrivals = fc
  .uniqueArray(fc.tuple(fc.nat(200), fc.nat(2000)), { selector: ([seq]) => seq, maxLength: 100 })
  .map((messages): Message[] => messages)

describe('DelayVariation', () => {
  it('takes the absolute difference of each message and the one sent before it', () => {
    const messages: Message[] = [
      [0, 100],
      [1, 130],
      [2, 90],
      [3, 90],
    ]
    expect(variationOf(messages)).toEqual(recorded([30, 40, 0]))
  })

  it('compares in sending order, whatever the order of arrival: by arrival the differences would be 60, 40 and 10', () => {
    const messages: Message[] = [
      [0, 100],
      [2, 160],
      [1, 120],
      [3, 130],
    ]
    expect(variationOf(messages)).toEqual(recorded([20, 40, 30]))
  })

  it('leaves out a pair that a loss broke: two that lie apart are no pair', () => {
    const messages: Message[] = [
      [0, 100],
      [2, 900],
      [3, 910],
      [9, 5],
    ]
    expect(variationOf(messages)).toEqual(recorded([10]))
  })

  it('has no pair in the first message, wherever the numbers begin', () => {
    expect(variationOf([[0, 100]]).count).toBe(0)
    expect(variationOf([[4096, 100]]).count).toBe(0)
  })

  it('agrees with pairing all that arrived, while everything fits the window', () => {
    fc.assert(
      fc.property(arrivals, (messages) => {
        const delayOf = new Map(messages)
        const differences = messages.flatMap(([seq, delayNs]) => {
          const before = delayOf.get(seq - 1)
          return before === undefined ? [] : [Math.abs(delayNs - before)]
        })
        expect(variationOf(messages, 256)).toEqual(recorded(differences))
      }),
    )
  })

  it('pairs only what the window still holds: two numbers that share a slot are never taken for each other', () => {
    const windowSeqs = 8
    fc.assert(
      fc.property(arrivals, (messages) => {
        const delayOf = new Map<number, number>()
        let next = 0
        const differences: number[] = []
        for (const [seq, delayNs] of messages) {
          next = Math.max(next, seq + 1)
          if (seq < next - windowSeqs) continue
          for (const neighbour of [seq - 1, seq + 1]) {
            const neighbourNs = neighbour >= next - windowSeqs ? delayOf.get(neighbour) : undefined
            if (neighbourNs !== undefined) differences.push(Math.abs(delayNs - neighbourNs))
          }
          delayOf.set(seq, delayNs)
        }
        expect(variationOf(messages, windowSeqs)).toEqual(recorded(differences))
      }),
    )
  })

  it('takes a jump of 2^50 in its stride: a cost in proportion would not end', () => {
    const messages: Message[] = [
      [0, 100],
      [2 ** 50, 7],
      [2 ** 50 + 1, 9],
      [1, 300],
    ]
    expect(variationOf(messages, 64)).toEqual(recorded([2]))
  })

  it('is not changed by a constant in every delay, as the offset of two clocks is', () => {
    fc.assert(
      fc.property(arrivals, fc.integer({ min: -1e9, max: 1e9 }), (messages, offset) => {
        const shifted = messages.map(([seq, delayNs]): Message => [seq, delayNs + offset])
        expect(variationOf(shifted)).toEqual(variationOf(messages))
      }),
      { numRuns: 30 },
    )
  })

  it('merged holds the differences of both, and no pair across them', () => {
    const merged = new DelayVariation(64)
    const other = new DelayVariation(1024)
    for (const [seq, delayNs] of [
      [0, 10],
      [1, 15],
    ] as const)
      merged.record(seq, delayNs)
    for (const [seq, delayNs] of [
      [2, 700],
      [3, 707],
    ] as const)
      other.record(seq, delayNs)
    merged.merge(other)
    expect(contents(merged.histogram)).toEqual(recorded([5, 7]))
  })
})
