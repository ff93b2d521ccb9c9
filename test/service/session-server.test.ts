import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  Flag,
  FrameType,
  frameType,
  hasFlag,
  NO_TOKEN,
  readAnswerNumber,
  readServerReceivedAt,
  readServerSentAt,
} from '../../src/wire/frame.ts'
import { CONTROL_BYTES } from '../../src/wire/session-messages.ts'
import {
  controlFrame,
  lastAnswer,
  openFrame,
  openOn,
  probeFrame,
  STREAM,
  served,
  statsFrame,
} from './served.ts'

describe('a session whose messages are shorter than a header', () => {
  const short = (...bytes: number[]) => new Uint8Array(bytes)

  it('returns them as they came, and counts them by what they tell of their numbers', () => {
    const { server, connect } = served()
    const client = connect()
    const token = openOn(client, { sizeBytes: 2 })
    for (const seq of [0, 1, 3, 2, 2]) client.arrive(short(0, seq))
    expect(client.sent.slice(1)).toEqual([0, 1, 3, 2, 2].map((seq) => short(0, seq)))
    client.arrive(statsFrame(token, 2, 5, true))
    expect(lastAnswer(client).body).toMatchObject({
      sentCount: 5,
      receivedCount: 4,
      receivedBytes: 10,
      duplicateCount: 1,
      reorderedCount: 1,
      lostCount: 1,
    })
    expect(server.probeCount).toBe(5)
  })

  it('returns nothing that is not as long as it was opened for, and nothing after its end', () => {
    const { server, connect } = served()
    const client = connect()
    const token = openOn(client, { sizeBytes: 2 })
    client.arrive(short(1))
    client.arrive(short(1, 2, 3))
    client.arrive(short())
    client.arrive(controlFrame(FrameType.CLOSE, token, 2, {}))
    client.arrive(short(0, 1))
    const other = connect()
    openOn(other, {})
    other.arrive(short(0, 1))
    expect(client.sent).toHaveLength(2)
    expect(other.sent).toHaveLength(1)
    expect(server.droppedCount).toBe(5)
  })

  it('is of echo alone', () => {
    const { connect } = served()
    const client = connect()
    for (const workload of ['bulk', 'chat'] as const) {
      client.arrive(openFrame(client, 1, { workload, sizeBytes: 31 }))
      expect(lastAnswer(client)).toMatchObject({ type: FrameType.REFUSE, body: { code: 'SIZE' } })
    }
  })
})

describe('OPEN', () => {
  it('asked again with the same number gives the same token, and opens one session', () => {
    const { server, connect } = served()
    const client = connect()
    client.arrive(openFrame(client, 7))
    client.arrive(openFrame(client, 7))
    expect(client.sent).toHaveLength(2)
    expect(client.sent[1]).toEqual(client.sent[0])
    expect(server.sessionCount).toBe(1)
  })

  it('with another number replaces the session: its token is worth nothing any more', () => {
    const { server, connect } = served()
    const client = connect()
    const old = openOn(client, {}, 1)
    const token = openOn(client, {}, 2)
    expect(token).not.toEqual(old)
    client.arrive(probeFrame(old, 0))
    expect(server.droppedCount).toBe(1)
    client.arrive(probeFrame(token, 0))
    expect(client.sent.at(-1)).toHaveLength(64)
    expect(server.probeCount).toBe(1)
  })

  it.each([31, 32, 200, 511, 513, 1024])(
    'of %d bytes is dropped, the first as well as a repeated one',
    (bytes) => {
      const { server, connect } = served()
      const stranger = connect()
      const client = connect()
      openOn(client, {}, 1)
      for (const endpoint of [stranger, client])
        endpoint.arrive(openFrame(endpoint, 1, {}, 1024).slice(0, bytes))
      expect(stranger.sent).toHaveLength(0)
      expect(client.sent).toHaveLength(1)
      expect(server.droppedCount).toBe(2)
    },
  )

  it.each([
    ['no JSON', 'hello'],
    ['another JSON', []],
    ['an unknown workload', { workload: 'flood', sizeBytes: 64, durationNs: 1, ratePerSec: 1 }],
    ['a size of nothing', { workload: 'echo', sizeBytes: 0, durationNs: 1, ratePerSec: 1 }],
    ['no size', { workload: 'echo', sizeBytes: null, durationNs: 1, ratePerSec: 1 }],
    ['a rate of nothing', { workload: 'echo', sizeBytes: 64, durationNs: 1, ratePerSec: 0 }],
    ['an endless duration', { workload: 'echo', sizeBytes: 64, durationNs: 'ever', ratePerSec: 1 }],
    ['a long room', { workload: 'chat', sizeBytes: 64, durationNs: 1, ratePerSec: 1, room: 'r'.repeat(65) }],
  ])('with %s is dropped and counted', (_, body) => {
    const { server, connect } = served()
    const client = connect()
    client.arrive(controlFrame(FrameType.OPEN, NO_TOKEN, 1, body))
    expect(client.sent).toHaveLength(0)
    expect(server.droppedCount).toBe(1)
    expect(server.sessionCount).toBe(0)
  })

  it('is refused in one line where messages are too large, and where all sessions are in use', () => {
    const { connect } = served()
    const client = connect()
    client.arrive(openFrame(client, 1, { sizeBytes: 65_508 }))
    expect(lastAnswer(client)).toMatchObject({
      type: FrameType.REFUSE,
      body: { code: 'SIZE', reason: 'messages of 65508 B are over its 65507 B' },
    })
    for (let n = 0; n < 4096; n++) openOn(connect())
    client.arrive(openFrame(client, 2))
    expect(lastAnswer(client)).toMatchObject({ type: FrameType.REFUSE, number: 2, body: { code: 'FULL' } })
  })
})

describe('a probe', () => {
  it('of a session comes back with the same bytes, once, marked as a reply', () => {
    const { connect } = served()
    const client = connect()
    const token = openOn(client)
    const probe = probeFrame(token, 3)
    client.arrive(probe)
    const reply = client.sent.at(-1) as Uint8Array
    expect(client.sent).toHaveLength(2)
    expect(hasFlag(reply, Flag.REPLY)).toBe(true)
    expect(reply.subarray(4)).toEqual(probe.subarray(4))
  })

  it('carries the server’s times where the client left room for them', () => {
    const { clock, connect } = served()
    const client = connect()
    const token = openOn(client)
    clock.advanceTo(250)
    client.arrive(probeFrame(token, 0, 48, Flag.STAMPED))
    const reply = client.sent.at(-1) as Uint8Array
    expect(readServerReceivedAt(reply)).toBe(5e9 + 250)
    expect(readServerSentAt(reply)).toBe(5e9 + 250)
    client.arrive(probeFrame(token, 1, 47, Flag.STAMPED))
    expect(client.sent.at(-1)?.subarray(32)).toEqual(new Uint8Array(15).fill(0xaa))
  })

  it('carries the number of the answer where the client left room for that too', () => {
    const client = served().connect()
    const token = openOn(client)
    const numberOf = (seq: number, bytes: number, flags: number = Flag.STAMPED) => {
      client.arrive(probeFrame(token, seq, bytes, flags))
      return readAnswerNumber(client.sent.at(-1) as Uint8Array)
    }
    expect(numberOf(7, 56)).toBe(0)
    expect(numberOf(7, 64)).toBe(1)
    expect([numberOf(8, 55), numberOf(9, 64, 0)]).toEqual([Number.NaN, Number.NaN])
    expect(numberOf(2, 1000)).toBe(4)
    expect(client.sent.at(-1)?.subarray(56)).toEqual(new Uint8Array(944).fill(0xaa))
  })

  it.each([32, 64, 65_507])('without a session, of %d bytes, is answered at its own size', (bytes) => {
    const { server, connect } = served()
    const client = connect()
    client.arrive(probeFrame(NO_TOKEN, 9, bytes))
    expect(client.sent.map((each) => each.length)).toEqual([bytes])
    expect(server.sessionCount).toBe(0)
  })

  it('that is a reply is never answered, with a token or without: two servers would play for ever', () => {
    const { server, connect } = served()
    const client = connect()
    const token = openOn(client)
    client.arrive(probeFrame(NO_TOKEN, 0, 64, Flag.REPLY))
    client.arrive(probeFrame(token, 0, 64, Flag.REPLY))
    expect(client.sent).toHaveLength(1)
    expect(server.droppedCount).toBe(2)
  })

  it('with the token of somebody else is dropped and counted', () => {
    const { server, connect } = served()
    const token = openOn(connect())
    const thief = connect()
    openOn(thief)
    thief.arrive(probeFrame(token, 0))
    expect(thief.sent).toHaveLength(2)
    expect(frameType(thief.sent[1] as Uint8Array)).toBe(FrameType.REFUSE)
    expect(thief.sent[1]).toHaveLength(32)
    expect(server.droppedCount).toBe(1)
  })
})

describe('STATS', () => {
  it('tells what arrived, and closes the account when it is final', () => {
    const { connect } = served()
    const client = connect()
    const token = openOn(client)
    for (const seq of [0, 1, 3, 3]) client.arrive(probeFrame(token, seq))
    client.arrive(statsFrame(token, 2, 5))
    expect(lastAnswer(client).body).toMatchObject({
      receivedCount: 3,
      duplicateCount: 1,
      sentCount: 4,
      finished: true,
    })
    client.arrive(statsFrame(token, 3, 5, true))
    client.arrive(probeFrame(token, 2))
    client.arrive(statsFrame(token, 4, 5, true))
    expect(lastAnswer(client)).toMatchObject({
      number: 4,
      body: { receivedCount: 3, lostCount: 2, burstCount: 2, burstMax: 1 },
    })
  })

  it.each([
    ['no JSON', 'x'],
    ['a negative count', { sentCount: -1, final: false }],
    ['no count', { final: true }],
  ])('with %s is dropped and counted', (_, body) => {
    const { server, connect } = served()
    const client = connect()
    const token = openOn(client)
    client.arrive(controlFrame(FrameType.STATS_REQUEST, token, 2, body))
    expect(client.sent).toHaveLength(1)
    expect(server.droppedCount).toBe(1)
  })
})

describe('the end of a session', () => {
  it('CLOSE is answered, again too, when the session is long forgotten', () => {
    const { server, connect } = served()
    const client = connect()
    const token = openOn(client)
    for (const number of [2, 2]) {
      client.arrive(controlFrame(FrameType.CLOSE, token, number, {}))
      expect(lastAnswer(client)).toMatchObject({ type: FrameType.CLOSE, token, number })
    }
    client.arrive(probeFrame(token, 0))
    client.arrive(statsFrame(token, 3, 0))
    expect(client.sent.slice(3).map((each) => [frameType(each), each.length])).toEqual([
      [FrameType.REFUSE, 32],
      [FrameType.REFUSE, 32],
    ])
    expect(server.droppedCount).toBe(2)
  })

  it('a CLOSE shorter than its answer is dropped', () => {
    const { server, connect } = served()
    const client = connect()
    const token = openOn(client)
    client.arrive(controlFrame(FrameType.CLOSE, token, 2, {}).slice(0, 33))
    expect(client.sent).toHaveLength(1)
    expect(server.droppedCount).toBe(1)
  })

  it.each(['echo', 'bulk', 'chat'] as const)(
    'an endpoint that breaks leaves its place to the next, as %s',
    (workload) => {
      const { connect } = served()
      const gone = connect()
      gone.arrive(probeFrame(openOn(gone, { workload, direction: 'both' }), 0))
      for (let n = 1; n < 4096; n++) openOn(connect())
      gone.break()
      expect(() => openOn(connect())).not.toThrow()
      expect(() => openOn(connect())).toThrow('refused')
    },
  )

  it('a client that is silent for a minute is forgotten, one that speaks is not', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const { clock, server, connect } = served()
    const silent = connect()
    const speaker = connect()
    const tokens = { silent: openOn(silent), speaker: openOn(speaker) }
    for (let second = 1; second <= 90; second++) {
      clock.advanceTo(second * 1e9)
      vi.advanceTimersByTime(1000)
      if (second % 30 === 0) speaker.arrive(probeFrame(tokens.speaker, second))
    }
    expect(lastAnswer(silent)).toMatchObject({
      type: FrameType.REFUSE,
      token: tokens.silent,
      body: { code: 'IDLE' },
    })
    silent.arrive(probeFrame(tokens.silent, 0))
    expect(silent.sent).toHaveLength(3)
    expect(silent.sent[2]).toHaveLength(32)
    expect(server.droppedCount).toBe(1)
    expect(speaker.sent).toHaveLength(4)
  })
})

describe('what is none of ours', () => {
  const noise = [new Uint8Array(0), new Uint8Array(31).fill(0x4e), new Uint8Array(CONTROL_BYTES).fill(0xff)]

  it('costs a datagram, but not the session of who sent it', () => {
    const { server, connect } = served()
    const client = connect()
    const token = openOn(client)
    for (const bytes of noise) client.arrive(bytes)
    expect(server.droppedCount).toBe(noise.length)
    client.arrive(probeFrame(token, 0))
    expect(client.sent).toHaveLength(2)
  })

  it('ends a stream, in which nothing after it can be trusted', () => {
    const { server, connect } = served(STREAM)
    for (const bytes of noise) {
      const client = connect()
      client.arrive(bytes)
      expect(client.closed).toBe(true)
    }
    expect(server.droppedCount).toBe(noise.length)
  })
})
