import { describe, expect, it } from 'vitest'
import type { Nanos } from '../../src/core/clock.ts'
import { Flag, hasFlag, restamp } from '../../src/wire/frame.ts'
import { Echo } from '../../src/workload/echo.ts'
import { job, MS, near, US } from '../sim/jobs.ts'
import { always, but, simulate } from '../sim/simulate.ts'

describe('echo, over a link whose every fate is known', () => {
  it('reports the delay of the link, and nothing lost, on a clean one', () => {
    const echo = new Echo(job('echo'))
    simulate(echo, { forward: always(300 * US), reverse: always(700 * US) })
    expect(echo.recording.values()).toMatchObject({
      rttMinNs: MS,
      rttMeanNs: MS,
      rttP50Ns: near(MS),
      rttP99Ns: near(MS),
      rttP999Ns: null,
      rttMaxNs: MS,
      ipdvP50Ns: 0,
      ipdvP99Ns: null,
      interarrivalJitterNs: 0,
      lossRatio: 0,
      forwardLossRatio: 0,
      reverseLossRatio: 0,
      lossBurstMean: 0,
      lossBurstMax: 0,
      duplicateRatio: 0,
      reorderedRatio: 0,
      reorderingExtentMax: 0,
      sentCount: 100,
      receivedCount: 100,
      lateCount: 0,
      sendErrorP99Ns: 0,
    })
  })

  it('counts exactly the messages lost on the way out, and their bursts', () => {
    const echo = new Echo(job('echo'))
    simulate(echo, { forward: but([MS], { 3: [], 4: [], 9: [], 99: [] }), reverse: always(MS) })
    expect(echo.recording.values()).toMatchObject({
      sentCount: 100,
      receivedCount: 96,
      lossRatio: 0.04,
      forwardLossRatio: 0.04,
      reverseLossRatio: 0,
      lossBurstMax: 2,
      lossBurstMean: 4 / 3,
    })
  })

  it('ends when a fixed number is answered, and tells how long that took', () => {
    // Stop-and-wait: each of the ten takes a millisecond, and the next leaves with its answer.
    const echo = new Echo(job('echo', { ratePerSec: 'max', messageCount: 10 }))
    expect(simulate(echo, { forward: always(400 * US), reverse: always(600 * US) })).toBe(10 * MS)
    expect(echo.recording.values()).toMatchObject({ sentCount: 10, receivedCount: 10, transferNs: 10 * MS })
    const paced = new Echo(job('echo', { messageCount: 10 }))
    simulate(paced, { forward: always(0), reverse: always(MS / 2) })
    expect(paced.recording.values()).toMatchObject({ sentCount: 10, transferNs: 9.5 * MS })
  })

  it.each([
    ['a message was lost', { messageCount: 10 }, { 3: [] }],
    ['an answer came too late', { messageCount: 10 }, { 3: [60 * MS] }],
    ['the time was over before', { messageCount: 101 }, {}],
    ['no number was fixed', {}, {}],
  ])('tells no time for all where %s', (_, changed, fates) => {
    const echo = new Echo(job('echo', changed))
    simulate(echo, { forward: but([MS], fates), reverse: always(MS) })
    expect(echo.recording.values().transferNs).toBe(null)
  })

  it('counts the messages of each stream, and means over merged runs', () => {
    const runs = [1, 3].map((delayMs) => {
      const echo = new Echo(job('echo', { ratePerSec: 'max', messageCount: 5, streams: 2 }))
      simulate(echo, { forward: always(delayMs * MS), reverse: always(0) })
      expect(echo.recording.values()).toMatchObject({ sentCount: 10, transferNs: 5 * delayMs * MS })
      return echo.recording
    })
    runs[0]?.merge(runs[1] as NonNullable<(typeof runs)[0]>)
    expect(runs[0]?.values().transferNs).toBe(10 * MS)
  })

  it('tells answers lost on the way back from messages lost on the way out', () => {
    const echo = new Echo(job('echo'))
    simulate(echo, { forward: but([MS], { 0: [] }), reverse: but([MS], { 10: [], 20: [] }) })
    expect(echo.recording.values()).toMatchObject({
      lossRatio: 0.03,
      forwardLossRatio: 0.01,
      reverseLossRatio: 2 / 99,
    })
  })

  it('sees one message overtaken by the next, and by how far', () => {
    const echo = new Echo(job('echo'))
    // Message 5 arrives 3.5 ms after it left: behind 6, 7 and 8.
    simulate(echo, { forward: but([MS], { 5: [4.5 * MS] }), reverse: always(0) })
    expect(echo.recording.values()).toMatchObject({
      reorderedRatio: 0.01,
      reorderingExtentMax: 3,
      lossRatio: 0,
    })
  })

  it('counts extra copies once each, and not as messages', () => {
    const echo = new Echo(job('echo'))
    simulate(echo, { forward: always(MS), reverse: but([MS], { 7: [MS, 2 * MS, 3 * MS] }) })
    expect(echo.recording.values()).toMatchObject({
      receivedCount: 100,
      duplicateRatio: 0.02,
      reorderedRatio: 0,
    })
  })

  it('keeps an answer that comes after the timeout lost, and counts it late', () => {
    const echo = new Echo(job('echo'))
    simulate(echo, { forward: but([MS], { 2: [60 * MS] }), reverse: always(MS) })
    expect(echo.recording.values()).toMatchObject({
      lateCount: 1,
      lossRatio: 0.01,
      receivedCount: 99,
      rttMaxNs: 2 * MS,
    })
  })

  it('measures delay variation and jitter of one message that is slow', () => {
    const echo = new Echo(job('echo'))
    simulate(echo, { forward: but([MS], { 50: [1.5 * MS] }), reverse: always(MS) })
    // Two of 99 differences are 0.5 ms (RFC 3393). Jitter: 0.5/16, then (0.5 - J)/16 more, then 48 steps of decay (RFC 3550).
    const jitter = [0.5, 0.5, ...Array<number>(48).fill(0)].reduce((j, d) => j + (d * MS - j) / 16, 0)
    const values = echo.recording.values()
    expect(values.ipdvP50Ns).toBe(0)
    expect(values.interarrivalJitterNs).toBeCloseTo(jitter, 3)
  })

  it('counts a stalled sender’s delay: round trips run from when a message was due', () => {
    const echo = new Echo(job('echo', { durationNs: 10 * MS }))
    // It runs at 0 and then not until 5 ms: messages due at 1, 2, 3 and 4 ms leave at 5 ms.
    simulate(echo, { forward: always(MS), reverse: always(0), stalledUntilNs: 5 * MS })
    expect(echo.recording.values()).toMatchObject({ rttMinNs: MS, rttMaxNs: 5 * MS, sentCount: 10 })
    expect(echo.recording.cost.sendError.max).toBe(4 * MS)
  })

  it('splits the round trip exactly where both ends read one clock', () => {
    const echo = new Echo(job('echo', { sameClock: true }))
    simulate(echo, { forward: always(300 * US), reverse: always(700 * US) })
    expect(echo.recording.values()).toMatchObject({
      forwardDelayP50Ns: near(300 * US),
      reverseDelayP50Ns: near(700 * US),
      clockErrorNs: 1000,
    })
  })

  // Breaks when times that nobody wrote are taken for those of a far clock.
  it('asks for no times where nobody at the far side reads a clock', () => {
    for (const [answeredBy, isAsked] of [
      ['server', true],
      ['host', false],
    ] as const) {
      const echo = new Echo(job('echo', { answeredBy }))
      echo.begin(0, { hi: 1, lo: 2 })
      const step = echo.poll(0 as Nanos)
      expect(step.kind === 'send' && hasFlag(step.message, Flag.STAMPED)).toBe(isAsked)
    }
  })

  it('at rate max has one message under way, and goes on after a lost one', () => {
    const echo = new Echo(job('echo', { ratePerSec: 'max' }))
    simulate(echo, { forward: always(MS), reverse: always(MS) })
    expect(echo.recording.values()).toMatchObject({ sentCount: 50, receivedCount: 50, rttMaxNs: 2 * MS })
    const lossy = new Echo(job('echo', { ratePerSec: 'max' }))
    simulate(lossy, { forward: but([MS], { 10: [] }), reverse: always(MS) })
    // 20 ms for the first ten, 50 ms of waiting for the lost one, 30 ms for fifteen more.
    expect(lossy.recording.values()).toMatchObject({ sentCount: 26, receivedCount: 25, lossRatio: 1 / 26 })
  })

  it('keeps the accounts of parallel streams apart', () => {
    const echo = new Echo(job('echo', { streams: 3 }))
    simulate(echo, {
      forward: (n, flow) => (flow === 1 && n % 3 === 1 && n < 9 ? [] : [MS]),
      reverse: always(MS),
    })
    expect(echo.recording.values()).toMatchObject({
      sentCount: 300,
      lossRatio: 0.01,
      reorderedRatio: 0,
      lossBurstMax: 3,
    })
  })

  it('stops early without losing what is under way', () => {
    const echo = new Echo(job('echo'))
    let polls = 0
    const poll = echo.poll.bind(echo)
    echo.poll = (now: Nanos) => {
      if (now >= 10 * MS && polls++ === 0) echo.stop()
      return poll(now)
    }
    simulate(echo, { forward: always(5 * MS), reverse: always(0) })
    expect(echo.recording.values()).toMatchObject({ sentCount: 10, receivedCount: 10, lossRatio: 0 })
  })

  it('ignores answers to messages that were never sent', () => {
    const echo = new Echo(job('echo'))
    echo.begin(0, { hi: 1, lo: 1 })
    echo.poll(0 as Nanos)
    const forged = new Uint8Array(64)
    for (const seq of [1, 1000, 2 ** 52]) {
      restamp(forged, seq, 0)
      expect(echo.receive(0, forged, MS as Nanos)).toBe(false)
    }
    echo.recording.finish()
    expect(echo.recording.values()).toMatchObject({ receivedCount: 0, duplicateRatio: null, lateCount: 0 })
  })
})
