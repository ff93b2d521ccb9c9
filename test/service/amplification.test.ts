import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FrameType, frameType, NO_TOKEN, type Token, writeHeader } from '../../src/wire/frame.ts'
import {
  CONTROL_BYTES,
  decodeControl,
  encodeControl,
  farStats,
  MOST_COUNTED,
} from '../../src/wire/session-messages.ts'
import { DATAGRAMS, openFrame, openOn, probeFrame, served, statsFrame } from './served.ts'

const number = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 1, 2 ** 53 - 1, 2 ** 63, 2 ** 64 - 4096))

/** A body that is sometimes what it should be, and often not. */
const body = fc.oneof(
  fc.json(),
  fc.string(),
  fc
    .record({ sentCount: fc.oneof(fc.maxSafeNat(), fc.integer(), fc.string()), final: fc.boolean() })
    .map((each) => JSON.stringify(each)),
  fc
    .record({
      workload: fc.constantFrom('echo', 'none'),
      sizeBytes: fc.oneof(fc.maxSafeNat(), fc.double()),
      durationNs: fc.double(),
      ratePerSec: fc.oneof(fc.double(), fc.constant('max')),
      room: fc.string({ maxLength: 80 }),
    })
    .map((each) => JSON.stringify(each)),
)

const frame = fc.record({
  type: fc.integer({ min: 0, max: 255 }),
  token: fc.constantFrom('none', 'own', 'other'),
  number,
  body,
  bytes: fc.oneof(fc.constant(CONTROL_BYTES), fc.integer({ min: 0, max: 1500 })),
})

it('no frame at all throws, or is answered with more than was sent', () => {
  fc.assert(
    fc.property(fc.array(frame, { minLength: 1, maxLength: 20 }), (frames) => {
      const { server, connect } = served()
      const client = connect()
      const own = openOn(client)
      const tokens: Record<string, Token> = { none: NO_TOKEN, own, other: { hi: 1, lo: 2 } }
      for (const { type, token, number, body, bytes } of frames) {
        const message = new Uint8Array(Math.max(32, bytes)).fill(0x20)
        new TextEncoder().encodeInto(body, message.subarray(32))
        writeHeader(message, type, 0, tokens[token] as Token, number)
        const before = { answers: client.sent.length, settled: server.droppedCount + server.probeCount }
        client.arrive(message.slice(0, bytes))
        const answers = client.sent.slice(before.answers)
        expect(answers.length).toBeLessThanOrEqual(1)
        for (const answer of answers) expect(answer.length).toBeLessThanOrEqual(bytes)
        // It was answered, or it was counted: nothing vanishes.
        expect(answers.length + server.droppedCount + server.probeCount).toBeGreaterThan(before.settled)
      }
    }),
    { numRuns: 2000 },
  )
})

it('the longest numbers that can be counted fit an answer, and are read by the client', () => {
  let dropCount = 0
  const readDrops = () => ({ receive: dropCount, send: dropCount, interface: dropCount })
  const { connect, clock } = served(DATAGRAMS, { readDrops })
  const client = connect()
  clock.advanceTo(2 ** 52)
  const token = openOn(client)
  for (const seq of [2 ** 53 - 1, 5, 2 ** 52, 2 ** 64 - 4096, 5]) client.arrive(probeFrame(token, seq))
  dropCount = 2 ** 53 - 1
  client.arrive(statsFrame(token, 2 ** 53 - 1, 2 ** 53 - 1, true))
  const answer = client.sent.at(-1) as Uint8Array
  expect(frameType(answer)).toBe(FrameType.STATS)
  expect(answer.length).toBeLessThanOrEqual(CONTROL_BYTES)
  const drops = { receive: MOST_COUNTED, send: MOST_COUNTED, interface: MOST_COUNTED }
  expect(decodeControl(farStats, answer)).toMatchObject({ drops })
})

it('an ACCEPT and a REFUSE are no longer than the OPEN, whatever is asked', () => {
  const { connect } = served()
  const client = connect()
  client.arrive(
    openFrame(client, 2 ** 53 - 1, { sizeBytes: 2 ** 53 - 1, durationNs: 1.7e308, ratePerSec: 1.7e308 }),
  )
  client.arrive(openFrame(client, 1, { durationNs: 1.7e308, ratePerSec: 1.7e308 }))
  expect(client.sent).toHaveLength(2)
  for (const answer of client.sent) expect(answer.length).toBeLessThanOrEqual(CONTROL_BYTES)
})

it.each([
  ['datagrams', { drops: { receive: MOST_COUNTED, send: MOST_COUNTED, interface: MOST_COUNTED } }],
  ['a stream', { unreadBytes: 2 ** 53 - 1 }],
])('STATS of a verified session over %s fit an answer with every count at its most', (_, own) => {
  const most = 2 ** 53 - 1
  const body = {
    ...{ finished: false, sentCount: most, receivedCount: most, receivedBytes: most, firstBytes: most },
    ...{ firstAtNs: most, lastAtNs: most, duplicateCount: most, reorderedCount: most, extentMax: most },
    ...{ lostCount: most, burstCount: most, burstMax: most, corruptCount: MOST_COUNTED, ...own },
  }
  const answer = encodeControl(FrameType.STATS, NO_TOKEN, 1, body)
  expect(answer.length).toBeLessThanOrEqual(CONTROL_BYTES)
  expect(decodeControl(farStats, answer)).toEqual(body)
})
