import { describe, expect, it } from 'vitest'
import { Protocol } from '../../src/packets/ip-packet.ts'
import { ladderOf } from '../../src/packets/ladder.ts'
import type { LoggedPacket } from '../../src/packets/packet-log.ts'
import { TcpFlag } from '../../src/packets/tcp-segment.ts'
import { numberedText } from '../../src/wire/numbered-text.ts'
import { Conversation, tcpEcho, udpEcho, udpOvertaken } from './conversations.ts'
import { ipPacket, logged, udpDatagram } from './made-packets.ts'
import { framed, probe, Talk } from './talk.ts'

const { SYN, PSH, ACK } = TcpFlag

function read(
  transport: 'tcp' | 'udp',
  log: readonly LoggedPacket[],
  zeroNs = 0,
  messageBytes: number | null = 64,
) {
  const ladder = ladderOf(log, { transport, serverPort: 7117, messageBytes }, zeroNs)
  if (ladder === undefined) throw new Error('no conversation')
  return ladder
}

describe('the ladder of a TCP connection', () => {
  const { packets, client, server } = read('tcp', tcpEcho())

  it('names its ends', () => {
    expect({ client, server }).toEqual({ client: '10.9.0.1:40000', server: '10.9.0.2:7117' })
  })

  it('counts sequence numbers from the SYNs, past their wrapping around', () => {
    const told = packets.map(({ from, segment }) => {
      return `${from === 'client' ? '>' : '<'} ${segment?.flags.join(' ')} ${segment?.seq} ${segment?.ack}`
    })
    expect(told).toEqual([
      '> SYN 0 null',
      '< SYN ACK 0 1',
      '> ACK 1 1',
      '> PSH ACK 1 1',
      '< ACK 1 65',
      '< PSH ACK 1 65',
      '> PSH ACK 65 65',
      '> PSH ACK 65 65',
      '< PSH ACK 65 129',
      '> PSH ACK 129 129',
      '< PSH ACK 129 193',
      '> FIN ACK 193 193',
      '< ACK 193 194',
      '< FIN ACK 193 194',
      '> ACK 194 194',
    ])
  })

  it('knows what is sent again, and of which packet', () => {
    const repeats = packets.map(({ segment }) => segment?.repeats ?? null)
    expect(repeats.flatMap((of, index) => (of === null ? [] : [[index, of]]))).toEqual([[7, 6]])
    expect(packets[6]).toMatchObject({ fate: 'dropped', outNs: null })
  })

  it('knows which messages each holds', () => {
    expect(packets.map(({ messages }) => messages.join())).toEqual([
      ...['', '', '', '1', '', '1', '2', '2', '2', '3', '3', '', '', '', ''],
    ])
  })

  it('counts times from the given moment', () => {
    const [first] = read('tcp', tcpEcho(), -5e6).packets
    expect(first).toMatchObject({ inNs: 5e6, outNs: 25e6 })
  })

  it('takes a segment that holds parts of three messages for all of them', () => {
    const log = new Conversation().tcp('up', 0, SYN, 0, null).tcp('up', 1, ACK, 33, 1, 128).log
    expect(read('tcp', log).packets[1]?.messages).toEqual([1, 2, 3])
    expect(read('tcp', log, 0, null).packets[1]?.messages).toEqual([])
  })

  it('tells a part that was sent before from one that was not', () => {
    const log = new Conversation()
      .tcp('up', 0, SYN, 0, null)
      .tcp('up', 1, ACK, 1, 1, 64)
      .tcp('up', 2, ACK, 65, 1, 64)
      .tcp('up', 3, ACK, 33, 1, 200)
      .tcp('up', 4, ACK, 233, 1, 64).log
    expect(read('tcp', log).packets.map(({ segment }) => segment?.repeats)).toEqual([
      null,
      null,
      null,
      2,
      null,
    ])
  })

  it('takes no copy that the link made for something sent again', () => {
    const log = new Conversation()
      .tcp('up', 0, SYN, 0, null)
      .tcp('up', 1, ACK, 1, 1, 64)
      .tcp('up', 1, ACK, 1, 1, 64, { isCopy: true })
      .tcp('up', 300, ACK, 1, 1, 64).log
    expect(read('tcp', log).packets[3]?.segment?.repeats).toBe(1)
    expect(read('tcp', log).packets[2]).toMatchObject({ isCopy: true, number: 2, segment: { repeats: null } })
  })
})

describe('a duplicate ACK (RFC 5681, 2)', () => {
  const opened = () =>
    new Conversation()
      .tcp('up', 0, SYN, 0, null)
      .tcp('down', 1, SYN | ACK, 0, 1)
      .tcp('up', 2, ACK, 1, 1)
  const last = (log: readonly LoggedPacket[]) => read('tcp', log).packets.at(-1)?.segment?.isDuplicateAck

  it('acknowledges nothing new while data is under way', () => {
    const log = opened().tcp('up', 3, ACK, 1, 1, 64).tcp('down', 4, ACK, 1, 65).tcp('up', 5, ACK, 65, 1, 64)
    expect(last(log.tcp('down', 6, ACK, 1, 65).log)).toBe(true)
  })

  it('is none where nothing is under way, where it carries data, or where it acknowledges more', () => {
    expect(last(opened().tcp('up', 3, ACK, 1, 1).log)).toBe(false)
    const sent = () => opened().tcp('up', 3, ACK, 1, 1, 64).tcp('down', 4, ACK, 1, 1)
    expect(last(sent().tcp('down', 5, PSH | ACK, 1, 1, 10).log)).toBe(false)
    expect(last(sent().tcp('down', 5, ACK, 1, 65).log)).toBe(false)
    expect(last(sent().tcp('down', 5, ACK, 1, 1).log)).toBe(true)
  })

  it('is none where it opens the window', () => {
    const sent = opened().tcp('up', 3, ACK, 1, 1, 64).tcp('down', 4, ACK, 1, 1)
    expect(last(sent.tcp('down', 5, ACK, 1, 1, 0, { window: 501 }).log)).toBe(false)
  })
})

describe('the ladder over UDP', () => {
  it('has the number that a datagram says, and what the link did', () => {
    const { packets } = read('udp', udpEcho())
    expect(packets.map(({ messages, fate, isCopy }) => [messages[0], fate, isCopy])).toEqual([
      [1, 'delivered', false],
      [1, 'delivered', false],
      [2, 'lost', false],
      [3, 'delivered', false],
      [3, 'delivered', true],
      [3, 'delivered', false],
      [3, 'delivered', false],
    ])
    expect(packets.every(({ segment, payloadBytes }) => segment === null && payloadBytes === 64)).toBe(true)
    const strange = read('udp', udpOvertaken()).packets
    expect(strange.map(({ isReordered, isCorrupt }) => [isReordered, isCorrupt])).toEqual([
      [false, false],
      [true, false],
      [false, false],
      [false, true],
      [false, false],
    ])
  })

  it('knows the message of later fragments by that of the first', () => {
    const datagram = udpDatagram({}, numberedText(7, 2000))
    const piece = (from: number, to: number) =>
      logged(
        'up',
        ipPacket(
          { protocol: Protocol.UDP, fragment: { id: 9, offsetBytes: from, isLast: to === datagram.length } },
          datagram.subarray(from, to),
        ),
        {},
      )
    const { packets } = read('udp', [piece(0, 1480), piece(1480, 2008)])
    expect(
      packets.map(({ messages, fragment, payloadBytes }) => ({ messages, fragment, payloadBytes })),
    ).toEqual([
      { messages: [7], fragment: { offsetBytes: 0, isLast: false }, payloadBytes: 1472 },
      { messages: [7], fragment: { offsetBytes: 1472, isLast: true }, payloadBytes: 528 },
    ])
  })

  it('has what a host answers that cannot deliver a datagram', () => {
    const log = new Conversation().udp('up', 0, 1).log
    const unreachable = ipPacket({ direction: 'down', protocol: Protocol.ICMP }, [3, 3, 0, 0, 0, 0, 0, 0])
    const { packets } = read('udp', [...log, logged('down', unreachable, { inNs: 30e6 })])
    expect(packets.map(({ icmp }) => icmp)).toEqual([null, 'port unreachable'])
  })
})

describe('the ladder of other talk', () => {
  it('names frames of netcmp', () => {
    const talk = new Talk()
    talk.udp('up', probe(7))
    expect(read('udp', talk.log).packets[0]?.frames).toEqual(['PROBE 7'])
    const stream = new Talk()
    stream.handshake(0)
    stream.tcp('up', framed(probe(1), probe(2)))
    stream.tcp('up', framed(probe(3)).subarray(9))
    expect(read('tcp', stream.log, 0, null).packets.map(({ frames }) => frames)).toEqual([
      ...[[], [], []],
      ['PROBE 1', 'PROBE 2'],
      [],
    ])
  })

  it('leaves out other ports, other protocols, what has no number and what is no packet', () => {
    const talk = new Talk()
    talk.udp('up', numberedText(1, 64))
    talk.udp('up', numberedText(2, 64), { port: 40001 })
    talk.tcp('up', [1, 2, 3])
    const strange = [logged('up', new Uint8Array(3), {}), logged('up', new Uint8Array(60), { number: 0 })]
    const ladder = read('udp', [...strange, ...talk.log])
    expect(ladder.packets.map(({ messages }) => messages)).toEqual([[1]])
    expect(ladderOf(strange, { transport: 'udp', serverPort: 7117, messageBytes: 64 }, 0)).toBeUndefined()
  })
})
