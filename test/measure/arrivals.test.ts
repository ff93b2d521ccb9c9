import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arrivalMetrics } from '../../src/measure/arrival-counts.ts'
import { Arrivals, DUPLICATE, FRESH, REORDERED, STALE } from '../../src/measure/arrivals.ts'
import { naiveArrivals, naiveLossRuns } from './naive-arrivals.ts'

function arrivalsOf(seqs: readonly number[], sentCount: number, windowSeqs?: number): Arrivals {
  const arrivals = new Arrivals(windowSeqs)
  for (const seq of seqs) arrivals.record(seq)
  arrivals.finish(sentCount)
  return arrivals
}

const upTo = (count: number) => Array.from({ length: count }, (_, seq) => seq)
/** Numbers as the RFCs print them, from 1. */
const fromOne = (...numbers: number[]) => numbers.map((number) => number - 1)

const losses = (arrivals: Arrivals) => ({
  lostCount: arrivals.lostCount,
  burstCount: arrivals.burstCount,
  burstMax: arrivals.burstMax,
  lossBurstMean: arrivalMetrics(arrivals).lossBurstMean,
})

describe('Arrivals, known truths', () => {
  it('finds nothing wrong with messages in order', () => {
    const arrivals = arrivalsOf(upTo(1000), 1000)
    expect(arrivals).toMatchObject({
      sentCount: 1000,
      receivedCount: 1000,
      duplicateCount: 0,
      reorderedCount: 0,
      extentMax: 0,
      staleCount: 0,
      highestSeq: 999,
    })
    expect(arrivalMetrics(arrivals)).toMatchObject({ lossRatio: 0, duplicateRatio: 0, reorderedRatio: 0 })
    expect(losses(arrivals)).toEqual({ lostCount: 0, burstCount: 0, burstMax: 0, lossBurstMean: 0 })
  })

  it('has no ratio where nothing was sent or received: 0 would read as a perfect path', () => {
    const nothingSent = arrivalsOf([], 0)
    expect(nothingSent.highestSeq).toBe(null)
    expect(arrivalMetrics(nothingSent)).toMatchObject({ lossRatio: null, lossBurstMean: null })
    const nothingReceived = arrivalsOf([], 3)
    const none = { lossRatio: 1, duplicateRatio: null, reorderedRatio: null }
    expect(arrivalMetrics(nothingReceived)).toMatchObject(none)
  })

  it('loses exactly the dropped ones: first, last, across a word of the bitmap, and a tail longer than it', () => {
    const dropped = new Set([0, 31, 32, 33, 500, ...upTo(100).map((i) => 900 + i)])
    const arrivals = arrivalsOf(
      upTo(1000).filter((seq) => !dropped.has(seq)),
      1000,
    )
    expect(losses(arrivals)).toEqual({ lostCount: 105, burstCount: 4, burstMax: 100, lossBurstMean: 105 / 4 })
    expect(arrivalMetrics(arrivals).lossRatio).toBe(0.105)
  })

  it('ends a run of losses at a whole word of arrivals, in the window and as it leaves', () => {
    const received = upTo(500).filter((seq) => seq !== 31 && seq !== 64)
    for (const windowSeqs of [64, 1024]) {
      expect(losses(arrivalsOf(received, 500, windowSeqs))).toMatchObject({ burstCount: 2, burstMax: 1 })
    }
  })

  it('tells two swapped messages as one reordered', () => {
    const arrivals = arrivalsOf([0, 1, 3, 2, 4], 5)
    expect(arrivals).toMatchObject({ reorderedCount: 1, extentMax: 1, lostCount: 0 })
    expect(arrivalMetrics(arrivals).reorderedRatio).toBe(0.2)
  })

  it('tells each arrival for what it is', () => {
    const arrivals = new Arrivals()
    expect([0, 2, 2, 1, 1, 0, 3].map((seq) => arrivals.record(seq))).toEqual([
      FRESH,
      FRESH,
      DUPLICATE,
      REORDERED,
      DUPLICATE,
      DUPLICATE,
      FRESH,
    ])
  })

  it('lets copies neither be reordered nor lengthen an extent', () => {
    const arrivals = arrivalsOf([0, 2, 2, 2, 0, 0, 1], 3)
    expect(arrivals).toMatchObject({ receivedCount: 3, duplicateCount: 4, reorderedCount: 1, extentMax: 1 })
  })

  it('judges again what has arrived since it was last finished', () => {
    const arrivals = arrivalsOf([0, 1, 4], 5)
    expect(losses(arrivals)).toEqual({ lostCount: 2, burstCount: 1, burstMax: 2, lossBurstMean: 2 })
    arrivals.record(2)
    arrivals.finish(6)
    expect(losses(arrivals)).toEqual({ lostCount: 2, burstCount: 2, burstMax: 1, lossBurstMean: 1 })
  })

  it('merged sums the counts and keeps the larger of the maxima', () => {
    const merged = arrivalsOf([0, 2, 1, 1], 4, 64)
    merged.merge(arrivalsOf([0, 5, 6, 7, 1, 200, 0], 201, 64))
    expect(merged).toMatchObject({
      sentCount: 205,
      receivedCount: 9,
      duplicateCount: 1,
      reorderedCount: 2,
      extentMax: 3,
      lostCount: 1 + 195,
      burstCount: 3,
      burstMax: 192,
      staleCount: 1,
    })
    expect(arrivalMetrics(merged).lossRatio).toBe(196 / 205)
  })

  it.each([0, 1, 32, 100, 2 ** 31, Number.NaN])('refuses a window of %d messages', (windowSeqs) => {
    expect(() => new Arrivals(windowSeqs)).toThrow('power of two')
  })
})

describe('Arrivals, the worked examples of the RFCs', () => {
  it.each([
    ['7.1, one packet: orders as in the RFC, extent by hand', [1, 2, 3, 5, 6, 7, 8, 4, 9, 10], [4]],
    ['7.2, two packets: orders as in the RFC, extents by hand', [1, 2, 3, 4, 7, 5, 6, 8, 9, 10], [1, 2]],
    ['7.3, three: orders as in the RFC, extents by hand', [1, 2, 3, 7, 8, 9, 10, 4, 5, 6, 11], [4, 5, 6]],
  ])('RFC 4737, %s', (_, numbers, extents) => {
    const arrivals = new Arrivals()
    const found: number[] = []
    for (const seq of fromOne(...numbers)) {
      // The extents of each example rise, so that the largest so far is that of the packet itself.
      if (arrivals.record(seq) === REORDERED) found.push(arrivals.extentMax)
    }
    expect(found).toEqual(extents)
    expect(arrivalMetrics(arrivals).reorderedRatio).toBe(extents.length / numbers.length)
  })

  it('RFC 3357, loss periods re-derived by hand: 2, 5, 7, 9 and 10 of ten are lost in four periods', () => {
    const arrivals = arrivalsOf(fromOne(1, 3, 4, 6, 8), 10)
    expect(losses(arrivals)).toEqual({ lostCount: 5, burstCount: 4, burstMax: 2, lossBurstMean: 1.25 })
  })

  it.each([
    ['all once', [1, 2, 3, 4], 0],
    ['all twice', [1, 1, 2, 2, 3, 3, 4, 4], 1],
    ['all three times', [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], 2],
    ['two of them three times', [1, 1, 1, 2, 3, 3, 3, 4], 1],
  ])('RFC 5560, extra copies per packet re-derived by hand: %s', (_, numbers, ratio) => {
    expect(arrivalMetrics(arrivalsOf(fromOne(...numbers), 4)).duplicateRatio).toBe(ratio)
  })
})

describe('Arrivals, against the definitions', () => {
  const nearby = fc.array(fc.integer({ min: -90, max: 60 }), { maxLength: 300 }).map((offsets) => {
    // Mostly forwards, with gaps, copies and late ones.
    return offsets.map((offset, index) => Math.max(0, 2 * index + offset))
  })
  const anywhere = fc.array(fc.nat(400), { maxLength: 300 })
  const seqs = fc.oneof(nearby, anywhere)

  it('agrees while everything fits the window, whatever was sent', () => {
    fc.assert(
      fc.property(seqs, fc.nat(700), (recorded, sentCount) => {
        const naive = naiveArrivals(recorded)
        const arrivals = new Arrivals(1024)
        expect(recorded.map((seq) => arrivals.record(seq))).toEqual(naive.kinds)
        arrivals.finish(sentCount)
        const runs = naiveLossRuns(naive.received, sentCount)
        expect(arrivals).toMatchObject({
          receivedCount: naive.received.length,
          duplicateCount: naive.kinds.filter((kind) => kind === DUPLICATE).length,
          reorderedCount: naive.kinds.filter((kind) => kind === REORDERED).length,
          extentMax: naive.extentMax,
          lostCount: runs.reduce((sum, run) => sum + run, 0),
          burstCount: runs.length,
          burstMax: Math.max(0, ...runs),
          staleCount: 0,
        })
      }),
    )
  })

  it.each([64, 128])(
    'agrees where numbers leave a window of %i, once all of them count as sent',
    (windowSeqs) => {
      fc.assert(
        fc.property(seqs, fc.nat(200), (recorded, unsent) => {
          const naive = naiveArrivals(recorded, windowSeqs)
          const arrivals = new Arrivals(windowSeqs)
          expect(recorded.map((seq) => arrivals.record(seq))).toEqual(naive.kinds)
          const sentCount = Math.max(-1, ...recorded) + 1 + unsent
          arrivals.finish(sentCount)
          const runs = naiveLossRuns(naive.received, sentCount)
          expect(arrivals).toMatchObject({
            receivedCount: naive.received.length,
            staleCount: naive.kinds.filter((kind) => kind === STALE).length,
            extentMax: naive.extentMax,
            lostCount: runs.reduce((sum, run) => sum + run, 0),
            burstCount: runs.length,
            burstMax: Math.max(0, ...runs),
          })
        }),
      )
    },
  )

  it.each([2 ** 31, 2 ** 32, 2 ** 40, 2 ** 52])(
    'counts from %d as from 0: no number is cut to 32 bits',
    (base) => {
      fc.assert(
        fc.property(seqs, (recorded) => {
          const low = arrivalsOf([0, ...recorded], 1000, 128)
          const high = arrivalsOf([base, ...recorded.map((seq) => base + seq)], base + 1000, 128)
          expect(high).toMatchObject({
            receivedCount: low.receivedCount,
            duplicateCount: low.duplicateCount,
            reorderedCount: low.reorderedCount,
            extentMax: low.extentMax,
            lostCount: base + low.lostCount,
            burstCount: 1 + low.burstCount,
            burstMax: base,
          })
        }),
        { numRuns: 50 },
      )
    },
  )
})

describe('Arrivals, hostile numbers', () => {
  it('takes a jump of 2^50 in its stride, and counts what it skipped as one run', () => {
    // A cost in proportion to the jump would not end within the test's time.
    const arrivals = arrivalsOf([0, 1, 2 ** 50, 2 ** 50 + 1, 2], 2 ** 50 + 2, 64)
    expect(arrivals).toMatchObject({ receivedCount: 4, staleCount: 1, highestSeq: 2 ** 50 + 1 })
    expect(losses(arrivals)).toEqual({
      lostCount: 2 ** 50 - 2,
      burstCount: 1,
      burstMax: 2 ** 50 - 2,
      lossBurstMean: 2 ** 50 - 2,
    })
  })

  it('takes the highest number there is, and none above', () => {
    const arrivals = new Arrivals(64)
    const top = Number.MAX_SAFE_INTEGER
    expect([top - 1, top, top, top + 1, top - 3].map((seq) => arrivals.record(seq))).toEqual([
      FRESH,
      FRESH,
      DUPLICATE,
      STALE,
      REORDERED,
    ])
    expect(arrivals.highestSeq).toBe(top)
  })

  it.each([Number.NaN, -1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 2 ** 60])(
    'counts %d as stale and goes on undisturbed',
    (seq) => {
      const arrivals = new Arrivals(64)
      expect([0, seq, 1, seq, 2].map((each) => arrivals.record(each))).toEqual([
        FRESH,
        STALE,
        FRESH,
        STALE,
        FRESH,
      ])
    },
  )

  it('never loses more than was sent, even where numbers never sent pushed the true ones out', () => {
    const arrivals = arrivalsOf([2 ** 50, 0, 1, 2, 2 ** 51, 2 ** 51 + 2], 3, 64)
    expect(arrivals).toMatchObject({ staleCount: 3, lostCount: 3 })
    expect(arrivalMetrics(arrivals)).toMatchObject({ lossRatio: 1 })
  })

  it('tells the extent of a message that as many overtook as a window can hold: a smaller ring forgets the first', () => {
    const odds = upTo(32).map((i) => 2 * i + 1)
    expect(arrivalsOf([...odds, 0], 64, 64).extentMax).toBe(32)
  })
})
