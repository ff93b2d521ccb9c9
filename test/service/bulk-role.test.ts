import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { FrameType, readSeq, readToken } from '../../src/wire/frame.ts'
import type { OpenRequest } from '../../src/wire/session-messages.ts'
import type { FakeClock } from '../sim/fake-clock.ts'
import type { FakeEndpoint } from '../sim/fake-endpoint.ts'
import { controlFrame, lastAnswer, openOn, probeFrame, served, statsFrame } from './served.ts'

const SECOND = 1e9
const DOWN: Partial<OpenRequest> = {
  workload: 'bulk',
  direction: 'down',
  sizeBytes: 100,
  ratePerSec: 10,
  durationNs: 3600 * SECOND,
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
})

/** Lets so many seconds pass, and counts the messages sent meanwhile. */
function sentWithin(seconds: number, clock: FakeClock, client: FakeEndpoint, each = () => {}): number {
  const before = client.sent.length
  for (let second = 0; second < seconds; second++) {
    clock.advanceTo(clock.now() + SECOND)
    vi.advanceTimersByTime(1000)
    each()
  }
  return client.sent.length - before
}

describe('bulk downwards', () => {
  it('begins when the client has proved its address, not with its OPEN', () => {
    const { clock, connect } = served()
    const client = connect()
    const token = openOn(client, DOWN)
    expect(sentWithin(3, clock, client)).toBe(0)
    client.arrive(probeFrame(token, 0))
    expect(sentWithin(3, clock, client)).toBe(30)
  })

  it('sends what was asked for: so many, so large, in order, under the client’s token', () => {
    const { clock, connect } = served()
    const client = connect()
    const token = openOn(client, { ...DOWN, durationNs: 2 * SECOND })
    client.arrive(probeFrame(token, 0))
    sentWithin(4, clock, client)
    const messages = client.sent.slice(1)
    expect(messages.map(readSeq)).toEqual(Array.from({ length: 20 }, (_, seq) => seq))
    for (const message of messages) {
      expect(message).toHaveLength(100)
      expect(readToken(message)).toEqual(token)
    }
  })

  it('ends sooner where only so many were asked for', () => {
    const { clock, connect } = served()
    const client = connect()
    const token = openOn(client, { ...DOWN, messageCount: 7 })
    client.arrive(probeFrame(token, 0))
    // The first left at once.
    expect(sentWithin(4, clock, client)).toBe(6)
    client.arrive(statsFrame(token, 1, 1))
    expect(lastAnswer(client).body).toMatchObject({ sentCount: 7 })
  })

  it('tells how much it sent, and when that was all', async () => {
    const { clock, connect } = served()
    const client = connect()
    const token = openOn(client, { ...DOWN, durationNs: 2 * SECOND })
    client.arrive(probeFrame(token, 0))
    sentWithin(1, clock, client)
    client.arrive(statsFrame(token, 2, 1))
    expect(lastAnswer(client).body).toMatchObject({ sentCount: 11, finished: false })
    sentWithin(4, clock, client)
    await Promise.resolve()
    await Promise.resolve()
    client.arrive(statsFrame(token, 3, 1))
    expect(lastAnswer(client).body).toMatchObject({ sentCount: 20, finished: true })
  })

  it('stops for a client that fell silent, within ten seconds', () => {
    const { clock, connect } = served()
    const client = connect()
    client.arrive(probeFrame(openOn(client, DOWN), 0))
    expect(sentWithin(10, clock, client)).toBeLessThanOrEqual(100)
    expect(sentWithin(20, clock, client)).toBe(0)
  })

  it('goes on for a client that says now and then that it listens', () => {
    const { clock, connect } = served()
    const client = connect()
    const token = openOn(client, DOWN)
    client.arrive(probeFrame(token, 0))
    expect(sentWithin(120, clock, client, () => client.arrive(probeFrame(token, 0)))).toBe(1200)
  })

  it.each([
    [
      'closes its session',
      (client: FakeEndpoint) => client.arrive(controlFrame(FrameType.CLOSE, tokenOf(client), 2, {})),
    ],
    ['opens another session', (client: FakeEndpoint) => void openOn(client, {}, 2)],
    ['is gone', (client: FakeEndpoint) => client.break()],
  ])('stops when the client %s', (_, leave) => {
    const { clock, connect } = served()
    const client = connect()
    client.arrive(probeFrame(openOn(client, DOWN), 0))
    expect(sentWithin(1, clock, client)).toBe(10)
    leave(client)
    expect(sentWithin(5, clock, client)).toBe(0)
  })

  it('sends no faster than a client of ours would ask, however fast it is asked to', () => {
    const { clock, connect } = served()
    const client = connect()
    client.arrive(probeFrame(openOn(client, { ...DOWN, ratePerSec: 1e300, durationNs: 1000 }), 0))
    clock.advanceTo(clock.now() + SECOND)
    // 1000 ns at the 10,000,000/s that the command line takes at most.
    expect(client.sent.length - 1).toBe(10)
  })
})

describe('bulk upwards', () => {
  it('sends nothing, and counts what arrives by its full size', () => {
    const { clock, connect } = served()
    const client = connect()
    const token = openOn(client, { ...DOWN, direction: 'up' })
    for (const seq of [0, 1, 2]) client.arrive(probeFrame(token, seq, 1000))
    expect(sentWithin(3, clock, client)).toBe(0)
    client.arrive(statsFrame(token, 2, 4, true))
    expect(lastAnswer(client).body).toMatchObject({
      receivedCount: 3,
      receivedBytes: 3000,
      firstBytes: 1000,
      lostCount: 1,
      sentCount: 0,
      finished: true,
    })
  })
})

function tokenOf(client: FakeEndpoint) {
  return readToken(client.sent[0] as Uint8Array)
}
