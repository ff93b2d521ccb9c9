import fc from 'fast-check'
import { expect, test } from 'vitest'
import { messagesOfStream } from '../../src/packets/stream-messages.ts'
import { tcpStreamOf } from '../../src/packets/tcp-stream.ts'
import { connectionsOf, framed, probe, Talk } from './talk.ts'

/** A piece of the stream that is sent: where it begins and how long it is, as shares of the whole, and what becomes of it. */
interface Piece {
  readonly from: number
  readonly bytes: number
  readonly inNs: number
  readonly delayNs: number | null
  readonly isCorrupt: boolean
}

const anyPiece: fc.Arbitrary<Piece> = fc.record({
  from: fc.nat(),
  bytes: fc.integer({ min: 1, max: 60 }),
  inNs: fc.integer({ min: 10, max: 1000 }),
  delayNs: fc.option(fc.nat(500), { freq: 5 }),
  isCorrupt: fc.boolean(),
})

/** Byte by byte, and as plainly as it can be done. */
function naive(messages: readonly Uint8Array[], pieces: readonly Piece[]) {
  const length = messages.reduce((sum, message) => sum + 4 + message.length, 0)
  const cameNs = Array<number>(length).fill(Number.POSITIVE_INFINITY)
  for (const { from, bytes, inNs, delayNs, isCorrupt } of pieces) {
    if (delayNs === null || isCorrupt) continue
    for (let at = from; at < from + bytes; at++) cameNs[at] = Math.min(cameNs[at] as number, inNs + delayNs)
  }
  let end = 0
  return messages.map((message) => {
    end += 4 + message.length
    const arrivedNs = cameNs[end - 1] as number
    const readableNs = cameNs.slice(0, end).reduce((latest, each) => Math.max(latest, each), 0)
    return {
      arrivedNs: Number.isFinite(arrivedNs) ? arrivedNs : null,
      blockedNs: Number.isFinite(readableNs) ? readableNs - arrivedNs : null,
    }
  })
}

function naiveRetransmitCount(pieces: readonly Piece[]): number {
  const seen = new Set<number>()
  return pieces.filter(({ from, bytes }) => {
    const before = seen.size
    for (let at = from; at < from + bytes; at++) seen.add(at)
    return seen.size - before < bytes
  }).length
}

test('a stream in any pieces, sent in any order and as often as you like, lost and overtaken at random', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 32, max: 90 }), { minLength: 1, maxLength: 8 }),
      fc.array(anyPiece, { maxLength: 60 }),
      fc.constantFrom(0, 1000, 2 ** 31 - 50, 2 ** 32 - 1, 2 ** 32 - 60),
      (sizes, drawn, initialSeq) => {
        const messages = sizes.map((messageBytes, seq) => probe(seq, { messageBytes }))
        const stream = framed(...messages)
        // Everything is sent once in order; then come the drawn pieces.
        const whole: Piece[] = []
        for (let from = 0; from < stream.length; from += 25) {
          const { delayNs = 5, isCorrupt = false } = drawn[from / 25] ?? {}
          whole.push({ from, bytes: Math.min(25, stream.length - from), inNs: 5, delayNs, isCorrupt })
        }
        const again = drawn
          .map((piece) => {
            const from = piece.from % stream.length
            return { ...piece, from, bytes: Math.min(piece.bytes, stream.length - from) }
          })
          .sort((a, b) => a.inNs - b.inNs)
        const pieces = [...whole, ...again]
        const talk = new Talk({ up: initialSeq, down: 0 })
        talk.handshake(-3e6)
        const first = talk.seq.up
        for (const { from, bytes, inNs, delayNs, isCorrupt } of pieces) {
          talk.tcp('up', stream.subarray(from, from + bytes), {
            inNs,
            isCorrupt,
            ...(delayNs === null ? { fate: 'lost' } : { outNs: inNs + delayNs }),
            tcp: { seq: (first + from) % 2 ** 32 },
          })
        }
        const [connection] = connectionsOf(talk.log)
        const found = connection && tcpStreamOf(connection, 'up')
        if (!found) throw new Error('no stream')
        const carried = messagesOfStream(found, 'up')
        expect(carried.messages.map(({ arrivedNs, blockedNs }) => ({ arrivedNs, blockedNs }))).toEqual(
          naive(messages, pieces),
        )
        expect(carried.isWhole).toBe(true)
        expect(found.retransmitCount).toBe(naiveRetransmitCount(pieces))
      },
    ),
    { numRuns: 300 },
  )
})
