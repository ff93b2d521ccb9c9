import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MetricValues } from '../../src/measure/metrics.ts'
import { Echo } from '../../src/workload/echo.ts'
import type { Job } from '../../src/workload/job.ts'
import { job, MS, near, US } from '../sim/jobs.ts'
import { always, but, type Link, simulate } from '../sim/simulate.ts'

function echoed(link: Link, changed: Partial<Job> = {}): MetricValues {
  const echo = new Echo(job('echo', changed))
  simulate(echo, link)
  return echo.recording.values()
}

describe('echo tells each way apart', () => {
  it('counts what the way to the server lost, doubled and swapped, to the packet', () => {
    // 3 and 9 are lost; 20 comes three times, 30 twice; 40 comes behind 41 and 42.
    const forward = but([MS], { 3: [], 9: [], 20: [MS, MS, 2 * MS], 30: [MS, MS], 40: [3.5 * MS] })
    expect(echoed({ forward, reverse: always(MS) })).toMatchObject({
      sentCount: 100,
      receivedCount: 98,
      forwardLossRatio: 2 / 100,
      forwardDuplicateRatio: 3 / 98,
      forwardReorderedRatio: 1 / 98,
      // Of three copies each was answered once: the way back did nothing wrong.
      reverseLossRatio: 0,
      reverseDuplicateRatio: 0,
      reverseReorderedRatio: 0,
    })
  })

  it('counts what the way back lost, doubled and swapped, to the packet', () => {
    const reverse = but([MS], { 3: [], 9: [], 20: [MS, MS, 2 * MS], 30: [MS, MS], 40: [3.5 * MS] })
    expect(echoed({ forward: always(MS), reverse })).toMatchObject({
      receivedCount: 98,
      forwardLossRatio: 0,
      forwardDuplicateRatio: 0,
      forwardReorderedRatio: 0,
      reverseLossRatio: 2 / 100,
      reverseDuplicateRatio: 3 / 98,
      reverseReorderedRatio: 1 / 98,
    })
  })

  it('sees that one way undid what the other did', () => {
    // The way out swaps 10 and 11, the way back swaps their answers again. It loses one of two answers to 20.
    const forward = but([MS], { 10: [2.5 * MS], 20: [MS, MS] })
    // Message 11 reaches the server first, so that its answer is number 10; the answers to 20 are numbers 20 and 21.
    const reverse = but([2 * MS], { 10: [2.8 * MS], 21: [] })
    expect(echoed({ forward, reverse })).toMatchObject({
      lossRatio: 0,
      duplicateRatio: 0,
      reorderedRatio: 0,
      forwardDuplicateRatio: 1 / 100,
      forwardReorderedRatio: 1 / 100,
      reverseLossRatio: 1 / 101,
      reverseReorderedRatio: 1 / 100,
    })
  })

  it('counts an answer that comes late as one that the way back delivered', () => {
    const reverse = but([MS], { 2: [60 * MS] })
    expect(echoed({ forward: always(MS), reverse })).toMatchObject({
      lossRatio: 0.01,
      lateCount: 1,
      reverseLossRatio: 0,
      reverseReorderedRatio: 0.01,
    })
  })

  it('has no count of the way back but its losses where a message has no room for a number', () => {
    const link = { forward: always(MS), reverse: but([MS], { 5: [], 6: [MS, MS] }) }
    expect(echoed(link, { sizeBytes: 55 })).toMatchObject({
      duplicateRatio: 1 / 99,
      forwardDuplicateRatio: 0,
      reverseLossRatio: 0.01,
      reverseDuplicateRatio: null,
      reverseReorderedRatio: null,
    })
  })

  it('loses all on the way back where no answer came', () => {
    expect(echoed({ forward: but([MS], { 1: [] }), reverse: always() })).toMatchObject({
      forwardLossRatio: 0.01,
      reverseLossRatio: 1,
      reverseDuplicateRatio: null,
    })
  })

  it('is settled when every answer has come, as far as answers have numbers', () => {
    const { recording } = new Echo(job('echo', { streams: 2 }))
    for (const number of [0, 2, 2, Number.NaN]) recording.answerCame(0, number)
    expect(recording.hasAllAnswers(0, 3)).toBe(false)
    recording.answerCame(0, 1)
    expect(recording.hasAllAnswers(0, 3)).toBe(true)
    recording.answerCame(1, Number.NaN)
    expect(recording.hasAllAnswers(1, 3)).toBe(true)
  })

  it('adds up the flows, each with numbers of its own', () => {
    const reverse: Link['reverse'] = (n, flow) => (flow === 1 && n > 150 ? [] : [MS])
    const values = echoed({ forward: always(MS), reverse }, { streams: 2 })
    expect(values).toMatchObject({ sentCount: 200, forwardLossRatio: 0, reverseReorderedRatio: 0 })
    expect(values.reverseLossRatio).toBe(values.lossRatio)
  })
})

const shifted = (offsetNs: number, drift = 0) => ({
  serverClock: (atNs: number) => Math.floor(1e12 + offsetNs + atNs * (1 + drift)),
})

describe('echo between two clocks', () => {
  it('finds an offset of 137 ms within its bound', () => {
    const values = echoed({ forward: always(300 * US), reverse: always(700 * US), ...shifted(137 * MS) })
    const { forwardDelayP50Ns, reverseDelayP50Ns, clockErrorNs } = values
    expect(clockErrorNs).toBeGreaterThanOrEqual(500 * US)
    expect(clockErrorNs).toBeLessThan(503 * US)
    expect(Math.abs((forwardDelayP50Ns ?? 0) - 300 * US)).toBeLessThanOrEqual(clockErrorNs ?? 0)
    expect(Math.abs((reverseDelayP50Ns ?? 0) - 700 * US)).toBeLessThanOrEqual(clockErrorNs ?? 0)
  })

  it('claims no more of 1 ms out and 5 ms back than that they add up to 6', () => {
    const values = echoed({ forward: always(MS), reverse: always(5 * MS), ...shifted(137 * MS, 50e-6) })
    expect(values.clockErrorNs).toBeGreaterThanOrEqual(2 * MS)
    expect(values.clockErrorNs).toBeLessThan(3.02 * MS)
    expect(values.forwardDelayP50Ns).toEqual(near(3 * MS))
  })

  it('tells a queue on the way back from one on the way out, once it has seen both empty', () => {
    // Every tenth answer meets no queue.
    const reverse: Link['reverse'] = (n) => [n % 10 === 0 ? 100 * US : 5 * MS]
    const values = echoed({ forward: always(100 * US), reverse, ...shifted(-137 * MS, -50e-6) })
    const { forwardDelayP99Ns, reverseDelayP99Ns, clockErrorNs } = values
    expect(clockErrorNs).toBeLessThan(125 * US)
    expect(Math.abs((forwardDelayP99Ns ?? 0) - 100 * US)).toBeLessThanOrEqual(clockErrorNs ?? 0)
    expect(Math.abs((reverseDelayP99Ns ?? 0) - 5 * MS)).toBeLessThanOrEqual(clockErrorNs ?? 0)
  })

  it('needs 48 bytes for the times', () => {
    const link = { forward: always(MS), reverse: always(MS), ...shifted(0) }
    expect(echoed(link, { sizeBytes: 48 }).forwardDelayP50Ns).toEqual(near(MS))
    expect(echoed(link, { sizeBytes: 47 })).toMatchObject({ forwardDelayP50Ns: null, clockErrorNs: null })
  })

  it('covers the truth, whatever the offset, drift, asymmetry, jitter and loss', () => {
    const fates = fc.array(fc.tuple(fc.nat(2 * MS), fc.integer({ min: 0, max: 9 })), {
      minLength: 1,
      maxLength: 30,
    })
    const fateOf =
      (given: readonly (readonly [number, number])[], leastNs: number): Link['forward'] =>
      (n) => {
        const [jitterNs, luck] = given[n % given.length] as readonly [number, number]
        return luck === 0 ? [] : [leastNs + jitterNs]
      }
    const delay = fc.nat(10 * MS)
    const offset = fc.integer({ min: -5e11, max: 5e11 })
    const drift = fc.double({ min: -900e-6, max: 900e-6, noNaN: true })
    fc.assert(
      fc.property(fates, fates, delay, delay, offset, drift, (out, back, outNs, backNs, offsetNs, rate) => {
        const echo = new Echo(job('echo', { durationNs: 30 * MS }))
        const { serverClock } = shifted(offsetNs, rate)
        const atOf = new Map<number, number>()
        const truth = { forward: [] as number[], reverse: [] as number[] }
        const { stamped } = echo.recording
        echo.recording.stamped = (sentAtNs, farReceivedAtNs, farSentAtNs, receivedAtNs) => {
          truth.forward.push((atOf.get(farReceivedAtNs) ?? Number.NaN) - sentAtNs)
          truth.reverse.push(receivedAtNs - (atOf.get(farSentAtNs) ?? Number.NaN))
          stamped.call(echo.recording, sentAtNs, farReceivedAtNs, farSentAtNs, receivedAtNs)
        }
        simulate(echo, {
          forward: fateOf(out, outNs),
          reverse: fateOf(back, backNs),
          serverClock: (atNs) => {
            atOf.set(serverClock(atNs), atNs)
            return serverClock(atNs)
          },
        })
        const { receivedCount, forwardDelayP50Ns, reverseDelayP50Ns, clockErrorNs } = echo.recording.values()
        expect(truth.forward).toHaveLength(receivedCount ?? Number.NaN)
        if (receivedCount === 0) {
          expect([forwardDelayP50Ns, reverseDelayP50Ns, clockErrorNs]).toEqual([null, null, null])
          return
        }
        for (const [found, delays] of [
          [forwardDelayP50Ns ?? Number.NaN, truth.forward],
          [reverseDelayP50Ns ?? Number.NaN, truth.reverse],
        ] as const) {
          const median = delays.sort((a, b) => a - b)[Math.ceil(delays.length / 2) - 1] as number
          // The histogram rounds to 0.05 %.
          expect(Math.abs(found - median)).toBeLessThanOrEqual((clockErrorNs ?? 0) * 1.0005 + found * 5e-4)
        }
      }),
      { numRuns: 60 },
    )
  })
})
