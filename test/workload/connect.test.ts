import { describe, expect, it } from 'vitest'
import { Connect } from '../../src/workload/connect.ts'
import { job, MS, near, US } from '../sim/jobs.ts'
import { always, but, simulate } from '../sim/simulate.ts'

const path = { dialNs: 100 * US, forward: always(20 * US), reverse: always(30 * US), closeNs: 50 * US }

/** A way of 20 ms, on which a dial is answered at once. */
const slow = { dialNs: 20 * MS, forward: always(20 * MS), reverse: always(20 * MS), closeNs: 0 }

describe('connect, over a link whose every delay is known', () => {
  it('measures dial, first answer and close', () => {
    const connect = new Connect(job('connect', { durationNs: 10 * MS }))
    const elapsed = simulate(connect, path)
    expect(elapsed).toBe(10 * MS)
    expect(connect.recording.values()).toMatchObject({
      connectP50Ns: near(100 * US),
      firstReplyP50Ns: near(150 * US),
      closeP50Ns: near(50 * US),
      connectionsPerSec: 5000,
      sentCount: 50,
      receivedCount: 50,
      lossRatio: 0,
    })
  })

  it('dials at most 200 times: ports are few', () => {
    const connect = new Connect(job('connect', { durationNs: 1000 * MS }))
    simulate(connect, path)
    expect(connect.recording.values()).toMatchObject({ sentCount: 200, connectP99Ns: near(100 * US) })
  })

  it('dials 20 times where each takes long, past its duration', () => {
    const connect = new Connect(job('connect', { durationNs: 200 * MS, timeoutNs: 1000 * MS }))
    const elapsed = simulate(connect, slow)
    expect(elapsed).toBe(20 * 60 * MS)
    expect(connect.recording.values()).toMatchObject({ sentCount: 20, receivedCount: 20 })
  })

  it('dials fewer where each takes very long: eight durations are the end', () => {
    const connect = new Connect(job('connect', { durationNs: 50 * MS, timeoutNs: 1000 * MS }))
    const elapsed = simulate(connect, slow)
    // The last begins just before the end, at 360 ms.
    expect(elapsed).toBe(7 * 60 * MS)
    expect(connect.recording.values()).toMatchObject({ sentCount: 7, receivedCount: 7 })
  })

  it('gives up a question that is not answered, and counts it', () => {
    const connect = new Connect(job('connect', { durationNs: 60 * MS }))
    simulate(connect, { ...path, forward: but([20 * US], { 3: [] }) })
    const values = connect.recording.values()
    expect((values.sentCount ?? 0) - (values.receivedCount ?? 0)).toBe(1)
    expect(values.firstReplyP50Ns).toEqual(near(150 * US))
  })

  it('runs several at once', () => {
    const connect = new Connect(job('connect', { durationNs: 10 * MS, streams: 4 }))
    simulate(connect, path)
    expect(connect.recording.values()).toMatchObject({ sentCount: 200, connectionsPerSec: 20_000 })
  })

  it('gives up a dial that is never answered', () => {
    const connect = new Connect(job('connect'))
    simulate(connect, { ...path, dialNs: 10_000 * MS, closeNs: 0 })
    expect(connect.recording.values()).toMatchObject({ receivedCount: 0, connectP50Ns: null, lossRatio: 1 })
  })
})
