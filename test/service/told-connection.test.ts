import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { heard, told } from '../../src/drive/told-connection.ts'
import type { ConnectionFacts, ConnectionReader } from '../../src/transport/connection-facts.ts'
import { farConnection } from '../../src/wire/far-connection.ts'
import { FrameType, NO_TOKEN } from '../../src/wire/frame.ts'
import { CONTROL_BYTES, decodeControl, encodeControl, farStats } from '../../src/wire/session-messages.ts'
import { lastAnswer, openOn, probeFrame, STREAM, served, statsFrame } from './served.ts'

const FACTS: ConnectionFacts = {
  retransmitCount: 12_345,
  srttNs: 123_456_000,
  minRttNs: 100_000_000,
  cwndSegments: 10_000,
  mssBytes: 65_483,
  deliveryRateBitsPerSec: 100_479_308_640,
  pacingRateBitsPerSec: 142_253_918_136,
}

/** A session of a client over a connection that this kernel keeps. */
async function session(facts: ConnectionFacts, congestion: string | null) {
  const reader: ConnectionReader = { congestion, read: () => facts }
  const { connect, clock } = served(STREAM)
  const client = connect()
  Object.assign(client, { connectionReader: async () => reader })
  const token = openOn(client)
  for (let n = 0; n < 5; n++) await Promise.resolve()
  return { client, token, clock }
}

describe('a server', () => {
  it('tells in the final answer, and in no other, what its kernel keeps of the connection', async () => {
    const { client, token } = await session(FACTS, 'cubic')
    client.arrive(statsFrame(token, 1, 0))
    expect(lastAnswer(client).body).not.toHaveProperty('connection')
    client.arrive(statsFrame(token, 2, 0, true))
    expect(lastAnswer(client).body.connection).toEqual({
      congestion: 'cubic',
      retransmits: 12_345,
      srttNs: 123_456_000,
      minRttNs: 100_000_000,
      cwnd: 10_000,
      cwndMax: 10_000,
      mss: 65_483,
      delivery: 100_479_308_640,
      pacing: 142_253_918_136,
    })
  })

  it('leaves out what the kernel does not tell', async () => {
    const { client, token } = await session({ ...FACTS, minRttNs: null, deliveryRateBitsPerSec: null }, null)
    client.arrive(statsFrame(token, 1, 0, true))
    const { connection } = lastAnswer(client).body
    expect(Object.keys(connection as object)).toEqual([
      'retransmits',
      'srttNs',
      'cwnd',
      'cwndMax',
      'mss',
      'pacing',
    ])
  })

  // Breaks when an answer becomes longer than its request: a client would not read it.
  it('tells nothing of it where the answer has no room', async () => {
    const most = Object.fromEntries(Object.keys(FACTS).map((key) => [key, 2 ** 67]))
    const { client, token, clock } = await session({ ...FACTS, ...most }, 'x'.repeat(15))
    clock.advanceTo(2 ** 52)
    for (const seq of [2 ** 53 - 1, 5, 2 ** 52, 5]) client.arrive(probeFrame(token, seq))
    client.arrive(statsFrame(token, 2, 2 ** 53 - 1, true))
    expect(lastAnswer(client).body).not.toHaveProperty('connection')
    expect(client.sent.at(-1)?.length).toBeLessThanOrEqual(CONTROL_BYTES)
  })
})

const count = fc.option(fc.nat({ max: 2 ** 40 }))

describe('a client', () => {
  it('hears what was told, value by value', () => {
    const figures = fc.record({
      congestion: fc.option(fc.stringMatching(/^[a-z0-9_]{1,15}$/)),
      retransmitCount: count,
      srttNs: count,
      minRttNs: count,
      cwndSegments: count,
      cwndMaxSegments: count,
      mssBytes: count,
      deliveryRateBitsPerSec: count,
      pacingRateBitsPerSec: count,
    })
    fc.assert(
      fc.property(figures, (each) => {
        const frame = encodeControl(FrameType.STATS, NO_TOKEN, 1, told(each))
        const body = decodeControl(farConnection, frame)
        expect(body && heard(body)).toEqual(each)
      }),
    )
  })

  it.each([
    ['a rate below 0', { delivery: -1 }],
    ['no number', { cwnd: 'wide' }],
    ['null', { srttNs: null }],
    ['a name that is none', { congestion: '' }],
    ['a name that is long', { congestion: 'x'.repeat(17) }],
    ['text', 'fast'],
  ])('takes no answer with %s', (_, connection) => {
    const stats = {
      finished: true,
      sentCount: 0,
      receivedCount: 0,
      receivedBytes: 0,
      firstBytes: 0,
      firstAtNs: null,
      lastAtNs: null,
      duplicateCount: 0,
      reorderedCount: 0,
      extentMax: 0,
      lostCount: 0,
      burstCount: 0,
      burstMax: 0,
    }
    const decoded = (body: unknown) =>
      decodeControl(farStats, encodeControl(FrameType.STATS, NO_TOKEN, 1, body))
    expect(decoded(stats)).toEqual(stats)
    expect(decoded({ ...stats, connection })).toBeUndefined()
  })
})
