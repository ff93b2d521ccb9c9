import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { FrameType } from '../../src/wire/frame.ts'
import { CONTROL_BYTES, encodeControl } from '../../src/wire/session-messages.ts'
import type { FakeEndpoint } from '../sim/fake-endpoint.ts'
import { lastAnswer, openFrame, openOn, probeFrame, STREAM, served, statsFrame } from './served.ts'

const refused = (client: FakeEndpoint, code: string) =>
  expect(lastAnswer(client)).toMatchObject({ type: FrameType.REFUSE, body: { code } })

describe('a server with limits', () => {
  it.each([
    [{ maxRatePerSec: 500 }, { ratePerSec: 501 }, '501/s is over its 500/s (try --rate 500)'],
    [{ maxRatePerSec: 500 }, { ratePerSec: 'max' }, 'as fast as possible is over its 500/s (try --rate 500)'],
    [
      { maxDurationNs: 1e9 },
      { durationNs: 2e9 },
      'a run of 2000 ms is over its 1000ms (try --duration 1000ms)',
    ],
  ] as const)('%o refuses %o, with what it would take', (limits, asked, reason) => {
    const { server, connect } = served(undefined, { limits })
    const client = connect()
    client.arrive(openFrame(client, 1, asked))
    expect(lastAnswer(client)).toMatchObject({ type: FrameType.REFUSE, number: 1, body: { reason } })
    expect(server.refusedCount).toBe(1)
    expect(() => openOn(client, { ratePerSec: 500, durationNs: 1e9 }, 2)).not.toThrow()
  })

  it('gives one host half of its sessions, and the other half to others', () => {
    const { connect } = served(undefined, { limits: { maxSessions: 10 } })
    for (let port = 1; port <= 5; port++) openOn(connect(`10.9.9.9:${port}`))
    const sixth = connect('10.9.9.9:6')
    sixth.arrive(openFrame(sixth, 1))
    refused(sixth, 'FULL')
    for (let port = 1; port <= 5; port++) openOn(connect(`10.9.9.8:${port}`))
    const last = connect('10.9.9.7:1')
    last.arrive(openFrame(last, 1))
    refused(last, 'FULL')
  })

  it('drops what is over the rate, counts it, and takes more when time has passed', () => {
    const { clock, server, connect } = served(undefined, { limits: { maxRatePerSec: 100 } })
    const client = connect()
    const token = openOn(client, { ratePerSec: 100 })
    for (let seq = 0; seq < 200; seq++) client.arrive(probeFrame(token, seq))
    client.arrive(statsFrame(token, 2, 200))
    expect(lastAnswer(client).body).toMatchObject({ receivedCount: 64 })
    expect(server.overRateCount).toBe(136)
    clock.advanceTo(1e9)
    for (let seq = 200; seq < 400; seq++) client.arrive(probeFrame(token, seq))
    client.arrive(statsFrame(token, 3, 400))
    expect(lastAnswer(client).body).toMatchObject({ receivedCount: 128 })
  })

  it('ends a session that moved its bytes, both ways together, and says so', () => {
    const { connect } = served(undefined, { limits: { maxBytes: 640 } })
    const client = connect()
    const token = openOn(client)
    for (let seq = 0; seq < 5; seq++) client.arrive(probeFrame(token, seq))
    expect(client.sent).toHaveLength(6)
    client.arrive(probeFrame(token, 5))
    refused(client, 'BYTES')
    expect(client.sent).toHaveLength(7)
  })

  it('hangs up on a connection whose session is open for too long, however busy it is', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const { clock, connect } = served(STREAM, { limits: { maxDurationNs: 1e9 } })
    const client = connect()
    const token = openOn(client)
    for (let second = 1; second <= 62; second++) {
      expect(client.closed).toBe(second > 61)
      clock.advanceTo(second * 1e9 + 1)
      client.arrive(probeFrame(token, second))
      vi.advanceTimersByTime(1000)
    }
    refused(client, 'DURATION')
  })

  it('asks for limits over 0', () => {
    expect(() => served(undefined, { limits: { maxSessions: 0 } })).toThrow(
      'limit maxSessions has to be over 0',
    )
  })
})

describe('a server that stops', () => {
  it('tells every client, answers them for a moment, hangs up then, and opens no more', async () => {
    const { server, connect } = served(STREAM)
    const client = connect()
    const token = openOn(client)
    const stopped = server.stop()
    expect(lastAnswer(client)).toMatchObject({
      type: FrameType.REFUSE,
      token,
      body: { code: 'STOPPING', reason: 'the server is stopping' },
    })
    expect(client.closed).toBe(false)
    client.arrive(
      encodeControl(FrameType.STATS_REQUEST, token, 7, { sentCount: 3, final: true }, CONTROL_BYTES),
    )
    expect(lastAnswer(client)).toMatchObject({ type: FrameType.STATS, body: { lostCount: 3 } })
    const late = connect()
    late.arrive(openFrame(late, 1))
    refused(late, 'STOPPING')
    server.close()
    expect(lastAnswer(client)).toMatchObject({ type: FrameType.REFUSE, token, body: { code: 'STOPPED' } })
    expect(client.closed).toBe(true)
    await stopped
  })
})
