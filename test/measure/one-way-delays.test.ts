import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EchoStamps } from '../../src/measure/echo-stamps.ts'
import { OneWayDelays } from '../../src/measure/one-way-delays.ts'
import { MS, US } from '../sim/jobs.ts'

interface Trip {
  readonly sentAtNs: number
  readonly forwardNs: number
  readonly reverseNs: number
  /** Between arrival at the server and departure from it. */
  readonly serverNs?: number
}

type FarClock = (atNs: number) => number

const behind =
  (offsetNs: number, drift = 0): FarClock =>
  (atNs) =>
    Math.floor(1e15 + offsetNs + atNs * (1 + drift))

/** What is made of these trips, their answers taken as they come. */
function delaysOf(trips: readonly Trip[], farClock: FarClock): OneWayDelays {
  const delays = new OneWayDelays(null)
  const answeredAt = ({ sentAtNs, forwardNs, serverNs = 0, reverseNs }: Trip) =>
    sentAtNs + forwardNs + serverNs + reverseNs
  for (const trip of [...trips].sort((a, b) => answeredAt(a) - answeredAt(b))) {
    const reachedAt = trip.sentAtNs + trip.forwardNs
    const farSentAt = farClock(reachedAt + (trip.serverNs ?? 0))
    delays.record(trip.sentAtNs, farClock(reachedAt), farSentAt, answeredAt(trip))
  }
  delays.finish()
  return delays
}

const every = (intervalNs: number, count: number, tripOf: (n: number) => Omit<Trip, 'sentAtNs'>): Trip[] =>
  Array.from({ length: count }, (_, n) => ({ sentAtNs: n * intervalNs, ...tripOf(n) }))

describe('one-way delays between two clocks', () => {
  it('knows one echo to half its round trip, less what the server took', () => {
    const trip = { sentAtNs: 0, forwardNs: 300 * US, serverNs: 5 * MS, reverseNs: 700 * US }
    const { forward, reverse, clockErrorNs } = delaysOf([trip], behind(137 * MS))
    // The path took 1 ms: 0.5 ms each way is the estimate, and any split the bound. The clocks may drift by 1000 ppm meanwhile.
    expect([forward.min, reverse.min]).toEqual([500 * US + 3 * US, 500 * US + 3 * US])
    expect(clockErrorNs).toBeGreaterThanOrEqual(500 * US)
    expect(clockErrorNs).toBeLessThan(505 * US)
  })

  it('tells a queue on one way by an echo that met none', () => {
    const trips = every(MS, 21, (n) => ({ forwardNs: n === 10 ? 40 * US : 20 * MS, reverseNs: 60 * US }))
    const { forward, reverse, clockErrorNs } = delaysOf(trips, behind(-137 * MS))
    // 50 us: half the quickest round trip; 10 us: 1000 ppm of the 10 ms to the farthest departure; 20 us: of the delay.
    expect(clockErrorNs).toBeLessThan(90 * US)
    expect(Math.abs((forward.max ?? 0) - 20 * MS)).toBeLessThanOrEqual(clockErrorNs ?? 0)
    expect(Math.abs((reverse.max ?? 0) - 60 * US)).toBeLessThanOrEqual(clockErrorNs ?? 0)
  })

  it('follows a drift of 50 ppm: 3 ms over a minute do not blur a bound of 0.1 ms', () => {
    const trips = every(10 * MS, 6000, () => ({ forwardNs: 100 * US, reverseNs: 100 * US }))
    const { forward, clockErrorNs } = delaysOf(trips, behind(137 * MS, 50e-6))
    expect(clockErrorNs).toBeLessThan(102 * US)
    expect(Math.abs((forward.max ?? 0) - 100 * US)).toBeLessThan(US)
    expect(Math.abs((forward.min ?? 0) - 100 * US)).toBeLessThan(US)
  })

  it.each([
    ['the clock was set forward', (at: number) => 1e12 + at + (at > 50 * MS ? 10 * MS : 0)],
    ['the clock was set back', (at: number) => 1e12 + at - (at > 50 * MS ? 10 * MS : 0)],
    ['the clock stands still', () => 1e12],
    ['the clock runs twice as fast', (at: number) => 1e12 + 2 * at],
  ])('has no value where %s', (_, farClock) => {
    const trips = every(MS, 100, () => ({ forwardNs: 100 * US, reverseNs: 100 * US }))
    const { forward, reverse, clockErrorNs } = delaysOf(trips, farClock)
    expect([forward.max, reverse.max, clockErrorNs]).toEqual([null, null, null])
  })

  it('has no value without an echo, nor an error of nothing', () => {
    expect(delaysOf([], behind(0)).clockErrorNs).toBeNull()
    expect(new OneWayDelays(1000).clockErrorNs).toBeNull()
  })

  it('takes no negative delay of one clock for a fact', () => {
    const delays = new OneWayDelays(1000)
    delays.record(100, 99, 150, 200)
    delays.record(100, 150, 201, 200)
    delays.record(100, 130, 150, 200)
    expect([delays.forward.count, delays.forward.max, delays.reverse.max]).toEqual([1, 30, 50])
  })

  it('keeps the wider bound of two runs, and what one could tell where the other could not', () => {
    const quick = delaysOf([{ sentAtNs: 0, forwardNs: MS, reverseNs: MS }], behind(5))
    const slow = delaysOf([{ sentAtNs: 0, forwardNs: 9 * MS, reverseNs: 9 * MS }], behind(7))
    const wider = slow.clockErrorNs
    quick.merge(delaysOf([], behind(0)))
    quick.merge(slow)
    expect(quick.forward.count).toBe(2)
    expect(quick.clockErrorNs).toBe(wider)
  })

  it('holds every true delay within its bound, whatever the offset, drift, asymmetry, queue or order', () => {
    const trip = fc.record({
      gapNs: fc.nat(20 * MS),
      forwardNs: fc.oneof(fc.nat(200 * US), fc.nat(50 * MS)),
      serverNs: fc.nat(100 * US),
      reverseNs: fc.oneof(fc.nat(200 * US), fc.nat(50 * MS)),
    })
    const clock = fc.record({
      offsetNs: fc.integer({ min: -1e14, max: 1e14 }),
      drift: fc.double({ min: -450e-6, max: 450e-6, noNaN: true }),
      // Corrected to and fro while it runs: at most 450 ppm more.
      swingNs: fc.double({ min: 0, max: 450, noNaN: true }),
    })
    fc.assert(
      fc.property(
        fc.array(trip, { minLength: 1, maxLength: 60 }),
        clock,
        (given, { offsetNs, drift, swingNs }) => {
          let sentAtNs = 0
          const trips = given.map(({ gapNs, ...rest }) => {
            sentAtNs += gapNs
            return { sentAtNs, ...rest }
          })
          const farClock: FarClock = (at) =>
            Math.floor(1e15 + offsetNs + at * (1 + drift) + swingNs * US * Math.sin(at / MS / 1000))
          const { forward, reverse, clockErrorNs } = delaysOf(trips, farClock)
          for (const [found, truth] of [
            [forward, trips.map((each) => each.forwardNs)],
            [reverse, trips.map((each) => each.reverseNs)],
          ] as const) {
            const sorted = [...truth].sort((a, b) => a - b)
            const error = clockErrorNs ?? Number.NaN
            const middle = sorted[Math.ceil(sorted.length / 2) - 1] as number
            expect(found.count).toBe(trips.length)
            expect(Math.abs((found.min as number) - (sorted[0] as number))).toBeLessThanOrEqual(error)
            expect(Math.abs((found.max as number) - (sorted.at(-1) as number))).toBeLessThanOrEqual(error)
            // The histogram rounds to 0.05 %.
            const median = found.percentile(0.5) as number
            expect(Math.abs(median - middle)).toBeLessThanOrEqual(error + 5e-4 * (median + error))
            expect(found.min).toBeGreaterThanOrEqual(0)
          }
        },
      ),
    )
  })
})

describe('the times of echoes', () => {
  it('are an even choice once there are too many', () => {
    const stamps = new EchoStamps(8)
    const kept: number[][] = []
    for (let n = 0; n < 40; n++) {
      stamps.record(7e15 + n, 5 + 10 * n, 6 + 10 * n, 7e15 + n + 3)
      kept.push([...stamps.sentAtNs.subarray(0, stamps.count)])
    }
    expect(kept[7]).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(kept[8]).toEqual([0, 2, 4, 6, 8])
    expect(kept[15]).toEqual([0, 2, 4, 6, 8, 10, 12, 14])
    expect(kept[39]).toEqual([0, 8, 16, 24, 32])
    expect([...stamps.receivedAtNs.subarray(0, 5)]).toEqual([3, 11, 19, 27, 35])
    expect([...stamps.upperNs.subarray(0, 5)]).toEqual([0, 72, 144, 216, 288])
    expect([...stamps.lowerNs.subarray(0, 5)]).toEqual([-2, 70, 142, 214, 286])
  })
})
