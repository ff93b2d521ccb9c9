import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Impairments } from '../../src/lab/impairments.ts'
import { evenly, numbersOf, type Passed, passed } from './passage.ts'

const NS_PER_MS = 1e6
const SEEDS = [1, 2, 3, 7, 12_345, 2 ** 40 + 5]
const MANY = 100_000
/** All have come before the first that waits for it leaves. */
const LONG_NS = 10_000 * NS_PER_MS
const isAhead = ({ outNs }: Passed) => outNs < LONG_NS / 2

/** How far a count of `n` draws with `ratio` may be from what is expected: past four deviations it is not that ratio. */
const bound = (n: number, ratio: number) => 4 * Math.sqrt(n * ratio * (1 - ratio)) + 1

const share: fc.Arbitrary<number> = fc.constantFrom(0, 0.05, 0.3, 1)
const impairments: fc.Arbitrary<Impairments> = fc
  .record({
    lossRatio: share,
    burstLoss: fc.option(fc.record({ p: share, r: share })),
    duplicateRatio: share,
    corruptRatio: share,
    reorderRatio: share,
    bitsPerSec: fc.option(fc.constantFrom(1e6, 8e6, 1e9)),
    queuePackets: fc.integer({ min: 1, max: 20 }),
    delayNs: fc.constantFrom(0, 5 * NS_PER_MS),
    jitterNs: fc.constantFrom(0, 3 * NS_PER_MS),
    drop: fc.constantFrom([], [[3, 3] as const, [6, 11] as const]),
  })
  .map((each) => ({
    ...each,
    jitterNs: Math.min(each.jitterNs, each.delayNs),
    reorderRatio: each.delayNs > 0 ? each.reorderRatio : 0,
  }))

const arrivals = fc
  .array(
    fc.record({
      gapNs: fc.integer({ min: 0, max: 4 * NS_PER_MS }),
      bytes: fc.integer({ min: 40, max: 1500 }),
    }),
    { minLength: 1, maxLength: 80 },
  )
  .map((gaps) => {
    let atNs = 0
    return gaps.map(({ gapNs, bytes }) => {
      atNs += gapNs
      return { atNs, bytes }
    })
  })

describe('what is drawn', () => {
  // Break when a threshold, the hash or a purpose's key is wrong.
  it.each(SEEDS)('has the ratio that was asked for (seed %i)', (seed) => {
    for (const ratio of [0.001, 0.02, 0.2, 0.5]) {
      const asked = { lossRatio: ratio, duplicateRatio: ratio, corruptRatio: ratio, reorderRatio: ratio }
      const results = passed({ ...asked, delayNs: LONG_NS }, evenly(MANY, 1000), { seed })
      const lost = numbersOf(results, 'lost').length
      expect(Math.abs(lost - MANY * ratio)).toBeLessThan(bound(MANY, ratio))
      const originals = results.filter(({ isCopy, fate }) => !isCopy && fate === 'delivered')
      for (const counted of [
        results.filter(({ isCopy }) => isCopy),
        originals.filter(({ isCorrupt }) => isCorrupt),
        originals.filter(isAhead),
      ]) {
        const deviation = Math.abs(counted.length - originals.length * ratio)
        expect(deviation).toBeLessThan(bound(originals.length, ratio))
      }
    }
  })

  it('is nothing at 0 and everything at 1', () => {
    const none = passed({}, evenly(1000, 1000))
    expect(
      none.every(
        ({ fate, isCopy, isCorrupt, isReordered }) =>
          fate === 'delivered' && !isCopy && !isCorrupt && !isReordered,
      ),
    ).toBe(true)
    expect(numbersOf(passed({ lossRatio: 1 }, evenly(1000, 1000)), 'lost')).toHaveLength(1000)
    expect(passed({ duplicateRatio: 1 }, evenly(1000, 1000))).toHaveLength(2000)
  })

  // Breaks when neighbours, purposes or directions have draws in common: what falls together then is not their product.
  it('is independent: of the packet before, of other impairments, of the other direction and of other seeds', () => {
    const ratio = 0.5
    const lostOf = (seed: number, direction: number) =>
      new Set(numbersOf(passed({ lossRatio: ratio }, evenly(MANY, 1000), { seed, direction }), 'lost'))
    const own = lostOf(1, 0)
    const copies = new Set(
      passed({ duplicateRatio: ratio }, evenly(MANY, 1000)).flatMap(({ isCopy, number }) =>
        isCopy ? number : [],
      ),
    )
    const next = new Set([...own].map((number) => number + 1))
    for (const other of [lostOf(1, 1), lostOf(2, 0), lostOf(1 + 2 ** 32, 0), copies, next]) {
      const both = [...own].filter((number) => other.has(number)).length
      expect(Math.abs(both - MANY / 4)).toBeLessThan(bound(MANY, 0.25))
    }
  })

  it('is the same with the same seed, whatever else is on and whenever packets come', () => {
    const fatesOf = (results: readonly Passed[]) =>
      new Map(
        results.flatMap((each) => {
          const mark = { isCorrupt: each.isCorrupt, isAhead: isAhead(each) }
          return each.fate === 'delivered' && !each.isCopy ? [[each.number, mark] as const] : []
        }),
      )
    fc.assert(
      fc.property(impairments, arrivals, arrivals, fc.integer({ min: 0 }), (asked, some, others, seed) => {
        const { lossRatio, corruptRatio, reorderRatio } = asked
        const length = Math.min(some.length, others.length)
        const all = passed({ ...asked, bitsPerSec: null, delayNs: LONG_NS }, some.slice(0, length), { seed })
        const alone = passed({ lossRatio }, others.slice(0, length), { seed })
        const unlisted = numbersOf(all, 'lost')
        const listed = numbersOf(all, 'dropped')
        expect(unlisted).toEqual(numbersOf(alone, 'lost').filter((number) => !listed.includes(number)))
        const drawn = { corruptRatio, reorderRatio, delayNs: LONG_NS }
        const marks = fatesOf(passed(drawn, others.slice(0, length), { seed }))
        for (const [number, mark] of fatesOf(all)) expect(mark).toEqual(marks.get(number))
      }),
    )
  })
})

describe('bursts', () => {
  // Gilbert (1960): the share lost is p / (p + r), a burst is 1 / r long on average, and as long as k with r (1 - r)^(k - 1).
  it.each([
    { p: 0.01, r: 0.3 },
    { p: 0.05, r: 0.5 },
    { p: 0.002, r: 0.1 },
  ])('are as long and as frequent as theory has them: p $p, r $r', (burstLoss) => {
    const { p, r } = burstLoss
    for (const seed of SEEDS) {
      const lost = numbersOf(passed({ burstLoss }, evenly(4 * MANY, 1000), { seed }), 'burst-lost')
      const bursts: number[] = []
      for (const [index, number] of lost.entries()) {
        if (number === (lost[index - 1] ?? -1) + 1) bursts[bursts.length - 1] = (bursts.at(-1) ?? 0) + 1
        else bursts.push(1)
      }
      const n = bursts.length
      const deviation = Math.sqrt((1 - r) / r ** 2 / n)
      expect(Math.abs(lost.length / n - 1 / r)).toBeLessThan(4 * deviation)
      const single = bursts.filter((length) => length === 1).length
      expect(Math.abs(single - n * r)).toBeLessThan(bound(n, r))
      // From the start of one burst to that of the next it takes 1 / p + 1 / r packets on average.
      const cycles = (4 * MANY) / (1 / p + 1 / r)
      expect(Math.abs(n - cycles)).toBeLessThan(4 * Math.sqrt(cycles))
    }
  })

  it('of p 1 and r 1 take every other packet', () => {
    const results = passed({ burstLoss: { p: 1, r: 1 } }, evenly(7, 1000))
    expect(numbersOf(results, 'burst-lost')).toEqual([1, 3, 5, 7])
  })
})

describe('the rate', () => {
  it('sends one behind the other, each as long as its bytes take', () => {
    // 1000 B at 8 Mbit/s are 1 ms.
    const results = passed({ bitsPerSec: 8e6 }, [
      { atNs: 0, bytes: 1000 },
      { atNs: 0, bytes: 500 },
      { atNs: 0.2 * NS_PER_MS, bytes: 1500 },
      { atNs: 9 * NS_PER_MS, bytes: 1000 },
    ])
    expect(results.map(({ outNs }) => outNs / NS_PER_MS)).toEqual([1, 1.5, 3, 10])
  })

  it('has a queue of so many, the one that is being sent among them, and loses what finds it full', () => {
    const burst = Array.from({ length: 10 }, () => ({ atNs: 0, bytes: 1000 }))
    const later = { atNs: 2 * NS_PER_MS, bytes: 1000 }
    const results = passed({ bitsPerSec: 8e6, queuePackets: 3 }, [...burst, later])
    expect(numbersOf(results, 'queue-full')).toEqual([4, 5, 6, 7, 8, 9, 10])
    expect(
      results.filter(({ fate }) => fate === 'delivered').map(({ number, outNs }) => [number, outNs]),
    ).toEqual([
      [1, 1 * NS_PER_MS],
      [2, 2 * NS_PER_MS],
      [3, 3 * NS_PER_MS],
      [11, 4 * NS_PER_MS],
    ])
  })

  it('is never exceeded, and no packet waits longer than a full queue takes', () => {
    fc.assert(
      fc.property(impairments, arrivals, (asked, some) => {
        const bitsPerSec = 8e6
        const kept = { ...asked, bitsPerSec, delayNs: 0, jitterNs: 0, reorderRatio: 0 }
        const out = passed(kept, some).filter(({ fate }) => fate === 'delivered')
        const bytesOf = ({ number }: Passed) => some[number - 1]?.bytes ?? 0
        for (const [index, each] of out.entries()) {
          const before = out[index - 1]
          const sendingNs = (bytesOf(each) * 8e9) / bitsPerSec
          if (before) expect(each.outNs - before.outNs).toBeGreaterThanOrEqual(sendingNs - 0.01)
          const waitedNs = each.outNs - (some[each.number - 1]?.atNs ?? 0)
          expect(waitedNs).toBeLessThanOrEqual((kept.queuePackets * 1500 * 8e9) / bitsPerSec)
        }
      }),
    )
  })
})

describe('the delay', () => {
  it('keeps the order under jitter, and no packet leaves before or after it may', () => {
    fc.assert(
      fc.property(impairments, arrivals, (asked, some) => {
        const { delayNs, jitterNs } = asked
        const kept = { ...asked, reorderRatio: 0, bitsPerSec: null }
        const out = passed(kept, some).filter(({ fate }) => fate === 'delivered')
        expect(out.map(({ number }) => number)).toEqual(out.map(({ number }) => number).sort((a, b) => a - b))
        for (const { number, outNs } of out) {
          const tookNs = outNs - (some[number - 1]?.atNs ?? 0)
          expect(tookNs).toBeGreaterThanOrEqual(delayNs - jitterNs)
          expect(tookNs).toBeLessThanOrEqual(delayNs + jitterNs)
        }
      }),
    )
  })

  it('is spread evenly by jitter', () => {
    // So far apart that none has to wait for another.
    const results = passed(
      { delayNs: 10 * NS_PER_MS, jitterNs: 10 * NS_PER_MS },
      evenly(20_000, 20 * NS_PER_MS),
    )
    const delays = results.map(({ number, outNs }) => outNs - (number - 1) * 20 * NS_PER_MS)
    for (const tenth of Array.from({ length: 10 }, (_, n) => n)) {
      const inside = delays.filter((ns) => Math.floor(ns / (2 * NS_PER_MS)) === tenth).length
      expect(Math.abs(inside - 2000)).toBeLessThan(bound(20_000, 0.1))
    }
  })
})

describe('order', () => {
  const numbersAndTimes = (results: readonly Passed[]) =>
    results.map(({ number, outNs, isReordered }) => [number, outNs / NS_PER_MS, isReordered])

  it('a reordered packet leaves without the delay', () => {
    const results = passed({ delayNs: 10 * NS_PER_MS, reorderRatio: 0.1 }, evenly(20, NS_PER_MS))
    for (const [number, outMs, isReordered] of numbersAndTimes(results))
      expect(outMs).toBe(Number(number) - 1 + (isReordered ? 0 : 10))
    expect(results.some(({ isReordered }) => isReordered)).toBe(true)
  })

  // Break when what leaves ahead of the delay counts as overtaking where nobody is there to be overtaken.
  it('overtaking is to leave before one that came earlier, and nothing else', () => {
    fc.assert(
      fc.property(impairments, arrivals, (asked, some) => {
        const out = passed(asked, some).filter(({ fate }) => fate === 'delivered')
        for (const [index, { number, isReordered }] of out.entries())
          expect(isReordered).toBe(out.slice(index).some((later) => later.number < number))
      }),
    )
  })

  it.each([
    ['each is past before the next one comes', { reorderRatio: 0.3 }, 20],
    ['all of them leave ahead of the delay', { reorderRatio: 1 }, 1],
  ])('none overtakes another where %s', (_, asked, everyMs) => {
    const results = passed({ ...asked, delayNs: 10 * NS_PER_MS }, evenly(50, everyMs * NS_PER_MS))
    const isAhead = ({ number, outNs }: Passed) => outNs === (number - 1) * everyMs * NS_PER_MS
    expect(results.filter(isAhead).length).toBeGreaterThan(5)
    expect(results.filter(({ isReordered }) => isReordered)).toEqual([])
  })
})

// Breaks when a packet or a copy vanishes, has two fates, or keeps its slot.
it('every packet and every copy has one fate', () => {
  fc.assert(
    fc.property(impairments, arrivals, (asked, some) => {
      const results = passed(asked, some)
      const originals = results.filter(({ isCopy }) => !isCopy).map(({ number }) => number)
      expect(originals.sort((a, b) => a - b)).toEqual(some.map((_, index) => index + 1))
      const copies = results.filter(({ isCopy }) => isCopy).map(({ number }) => number)
      expect(new Set(copies).size).toBe(copies.length)
    }),
  )
})

it('a drop list takes exactly what it says', () => {
  const drop = [
    [2, 2],
    [5, 7],
    [10, 10],
  ] as const
  expect(numbersOf(passed({ drop, lossRatio: 0 }, evenly(12, 1000)), 'dropped')).toEqual([2, 5, 6, 7, 10])
})
