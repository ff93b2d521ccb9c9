import { describe, expect, test } from 'vitest'
import { NS_PER_MS } from '../../src/core/units.ts'
import { messagesOfStream } from '../../src/packets/stream-messages.ts'
import { tcpStreamOf } from '../../src/packets/tcp-stream.ts'
import type { Carried } from '../../src/packets/wire-message.ts'
import { connectionsOf, framed, messagesOf, probe, streamOf, Talk } from './talk.ts'

const MS = NS_PER_MS

const blockedOf = ({ messages }: Carried) => messages.map(({ seq, blockedNs }) => [seq, blockedNs])

/** A handshake at 0, and then three messages 1 ms apart, of which the second is lost and sent again 40 ms later. */
function secondLost(initialSeq = { up: 1000, down: 5000 }): Talk {
  const talk = new Talk(initialSeq)
  talk.handshake(0)
  talk.tcp('up', framed(probe(0)), { inNs: 10 * MS, outNs: 20 * MS })
  const seq = talk.tcp('up', framed(probe(1)), { inNs: 11 * MS, fate: 'lost' })
  talk.tcp('up', framed(probe(2)), { inNs: 12 * MS, outNs: 22 * MS })
  talk.tcp('up', framed(probe(1)), { inNs: 51 * MS, outNs: 61 * MS + 7, tcp: { seq } })
  return talk
}

describe('messages of a TCP stream', () => {
  test('the one behind a lost packet waits until that is sent again; the lost one itself waits for nothing', () => {
    const carried = messagesOf(secondLost().log)
    expect(carried.messages.map(({ direction, ...each }) => each)).toEqual([
      {
        seq: 0,
        stream: 3,
        isReply: false,
        messageBytes: 32,
        sentNs: 10 * MS,
        arrivedNs: 20 * MS,
        blockedNs: 0,
      },
      {
        seq: 1,
        stream: 3,
        isReply: false,
        messageBytes: 32,
        sentNs: 11 * MS,
        arrivedNs: 61 * MS + 7,
        blockedNs: 0,
      },
      {
        seq: 2,
        stream: 3,
        isReply: false,
        messageBytes: 32,
        sentNs: 12 * MS,
        arrivedNs: 22 * MS,
        blockedNs: 39 * MS + 7,
      },
    ])
    expect(carried.isWhole).toBe(true)
    expect(streamOf(secondLost().log).retransmitCount).toBe(1)
  })

  test('the same where sequence numbers begin again in the middle', () => {
    for (const up of [2 ** 32 - 1, 2 ** 32 - 20, 2 ** 32 - 40, 2 ** 32 - 75, 2 ** 31 - 40]) {
      const { log } = secondLost({ up, down: 5000 })
      expect(blockedOf(messagesOf(log))).toEqual([
        [0, 0],
        [1, 0],
        [2, 39 * MS + 7],
      ])
      expect(streamOf(log).retransmitCount).toBe(1)
    }
  })

  test('a sequence number that comes again 4 GiB later is another byte', () => {
    const talk = new Talk()
    talk.handshake(0)
    for (const gib of [0, 1.5, 3, 4]) talk.tcp('up', [1], { tcp: { seq: (1001 + gib * 2 ** 30) % 2 ** 32 } })
    expect(streamOf(talk.log).retransmitCount).toBe(0)
  })

  test('a packet that arrives corrupted is as good as lost; a copy that arrives later changes nothing', () => {
    const talk = new Talk()
    talk.handshake(0)
    const seq = talk.tcp('up', framed(probe(0)), { inNs: 10 * MS, outNs: 20 * MS, isCorrupt: true })
    talk.tcp('up', framed(probe(1)), { inNs: 11 * MS, outNs: 21 * MS })
    talk.tcp('up', framed(probe(0)), { inNs: 30 * MS, outNs: 40 * MS, tcp: { seq } })
    talk.tcp('up', framed(probe(0)), { inNs: 30 * MS, outNs: 45 * MS, tcp: { seq }, isCopy: true })
    expect(blockedOf(messagesOf(talk.log))).toEqual([
      [0, 0],
      [1, 19 * MS],
    ])
    expect(streamOf(talk.log).retransmitCount).toBe(1)
  })

  test('of a packet that was lost its copy may arrive', () => {
    const talk = new Talk()
    talk.handshake(0)
    talk.tcp('up', framed(probe(0)), { inNs: 10 * MS, fate: 'lost' })
    talk.tcp('up', framed(probe(0)), { inNs: 10 * MS, outNs: 25 * MS, isCopy: true, tcp: { seq: 1001 } })
    talk.tcp('up', framed(probe(1)), { inNs: 11 * MS, outNs: 21 * MS })
    expect(blockedOf(messagesOf(talk.log))).toEqual([
      [0, 0],
      [1, 4 * MS],
    ])
    expect(streamOf(talk.log).retransmitCount).toBe(0)
  })

  test('several in one packet, and one over several packets that overtake each other', () => {
    const talk = new Talk()
    talk.handshake(0)
    const stream = framed(probe(0), probe(1), probe(2, { messageBytes: 100 }))
    talk.tcp('up', stream.subarray(0, 80), { inNs: 10 * MS, outNs: 20 * MS })
    talk.tcp('up', stream.subarray(80, 120), { inNs: 11 * MS, outNs: 30 * MS })
    talk.tcp('up', stream.subarray(120), { inNs: 12 * MS, outNs: 22 * MS })
    const { messages } = messagesOf(talk.log)
    expect(
      messages.map(({ seq, messageBytes, arrivedNs, blockedNs }) => [
        seq,
        messageBytes,
        arrivedNs,
        blockedNs,
      ]),
    ).toEqual([
      [0, 32, 20 * MS, 0],
      [1, 32, 20 * MS, 0],
      [2, 100, 22 * MS, 8 * MS],
    ])
  })

  test('what is sent again in other pieces counts where its bytes were new', () => {
    const talk = new Talk()
    talk.handshake(0)
    const stream = framed(probe(0), probe(1))
    const seq = talk.tcp('up', stream.subarray(0, 30), { inNs: 10 * MS, fate: 'lost' })
    talk.tcp('up', stream.subarray(30, 50), { inNs: 11 * MS, outNs: 21 * MS })
    talk.tcp('up', stream, { inNs: 40 * MS, outNs: 50 * MS, tcp: { seq } })
    const { messages } = messagesOf(talk.log)
    expect(messages.map(({ arrivedNs, blockedNs }) => [arrivedNs, blockedNs])).toEqual([
      [21 * MS, 29 * MS],
      [50 * MS, 0],
    ])
    expect(streamOf(talk.log).retransmitCount).toBe(1)
  })

  test('a message that never came, and those behind it that nobody could read', () => {
    const talk = new Talk()
    talk.handshake(0)
    talk.tcp('up', framed(probe(0)), { inNs: 10 * MS, outNs: 20 * MS })
    talk.tcp('up', framed(probe(1)), { inNs: 11 * MS, fate: 'queue-full' })
    talk.tcp('up', framed(probe(2)), { inNs: 12 * MS, outNs: 22 * MS })
    const { messages } = messagesOf(talk.log)
    expect(messages.map(({ arrivedNs, blockedNs }) => [arrivedNs, blockedNs])).toEqual([
      [20 * MS, 0],
      [null, null],
      [22 * MS, null],
    ])
  })

  test('answers are told from messages, and what asks a server to begin is none', () => {
    const talk = new Talk()
    talk.handshake(0)
    const asking = probe(0)
    asking.fill(0, 24, 32)
    talk.tcp('up', framed(asking), { inNs: 10 * MS })
    talk.tcp('down', framed(probe(0, { reply: true })), { inNs: 12 * MS })
    expect(messagesOf(talk.log).messages).toEqual([])
    expect(messagesOf(talk.log, 'down').messages).toMatchObject([{ direction: 'down', isReply: true }])
  })

  test('frames that are no message are passed over; what is no frame ends what can be told', () => {
    const talk = new Talk()
    talk.handshake(0)
    const stats = probe(9)
    stats[3] = 7
    talk.tcp('up', framed(stats, new Uint8Array(0), probe(1)), { inNs: 10 * MS })
    talk.tcp('up', [0xff, 0, 0, 0], { inNs: 11 * MS })
    talk.tcp('up', framed(probe(2)), { inNs: 12 * MS })
    const carried = messagesOf(talk.log)
    expect(carried.messages.map(({ seq }) => seq)).toEqual([1])
    expect(carried.isWhole).toBe(false)
  })

  test('of a packet captured in part the payload is known by its length; where a head is missing, nothing more is', () => {
    const cut = (talk: Talk, bytes: number) =>
      talk.log.map((each) => ({ ...each, bytes: each.bytes.subarray(0, 40 + bytes) }))
    const talk = new Talk()
    talk.handshake(0)
    talk.tcp('up', framed(probe(0, { messageBytes: 200 })), { inNs: 10 * MS, outNs: 20 * MS })
    talk.tcp('up', framed(probe(1)), { inNs: 11 * MS, outNs: 19 * MS })
    expect(messagesOf(cut(talk, 36))).toMatchObject({
      isWhole: true,
      messages: [{ seq: 0 }, { blockedNs: MS }],
    })
    expect(messagesOf(cut(talk, 35))).toMatchObject({ isWhole: false, messages: [] })
    expect(messagesOf(cut(talk, 0))).toMatchObject({ isWhole: false, messages: [] })
  })

  test('a packet that the log does not have ends what can be told', () => {
    const { log } = secondLost()
    const carried = messagesOf(log.filter(({ inNs }) => inNs !== 11 * MS && inNs !== 51 * MS))
    expect(carried.messages.map(({ seq }) => seq)).toEqual([0])
    expect(carried.isWhole).toBe(false)
  })

  test('a connection of an earlier run has no beginning here, and another one between the same ports has its own', () => {
    const talk = new Talk()
    talk.tcp('up', framed(probe(7)), { inNs: 0, tcp: { seq: 77 } })
    talk.handshake(5 * MS)
    talk.tcp('up', framed(probe(0)), { inNs: 10 * MS })
    talk.seq.up = 0x9000_0000
    talk.handshake(20 * MS)
    talk.tcp('up', framed(probe(1)), { inNs: 30 * MS })
    const seqs = connectionsOf(talk.log).map((connection) => {
      const stream = tcpStreamOf(connection, 'up')
      return stream && messagesOfStream(stream, 'up').messages.map(({ seq }) => seq)
    })
    expect(seqs).toEqual([[0], [1]])
  })
})
