import { describe, expect, test } from 'vitest'
import { NS_PER_MS } from '../../src/core/units.ts'
import { DatagramMessages } from '../../src/packets/datagram-messages.ts'
import { internetDatagramsOf } from '../../src/packets/internet-datagrams.ts'
import { Protocol } from '../../src/packets/ip-packet.ts'
import type { LoggedPacket } from '../../src/packets/packet-log.ts'
import { wirePacketsOf } from '../../src/packets/wire-packets.ts'
import { ipPacket, udpDatagram } from './made-packets.ts'
import { probe, Talk } from './talk.ts'

const MS = NS_PER_MS

describe('messages that are datagrams', () => {
  const of = (log: readonly LoggedPacket[]) => {
    const messages = new DatagramMessages()
    for (const datagram of internetDatagramsOf(wirePacketsOf(log))) messages.add(datagram)
    return messages
  }

  test('none waits for another, whatever was lost before it', () => {
    const talk = new Talk()
    talk.udp('up', probe(0), { inNs: 10 * MS, outNs: 20 * MS })
    talk.udp('up', probe(1), { inNs: 11 * MS, fate: 'lost' })
    talk.udp('up', probe(2), { inNs: 12 * MS, outNs: 22 * MS })
    talk.udp('up', probe(2), { inNs: 12 * MS, outNs: 21 * MS, isCopy: true })
    talk.udp('up', probe(3), { inNs: 13 * MS, outNs: 23 * MS, isCorrupt: true })
    const { messages } = of(talk.log)
    expect(messages.map(({ seq, arrivedNs, blockedNs }) => [seq, arrivedNs, blockedNs])).toEqual([
      [0, 20 * MS, 0],
      [1, null, null],
      [2, 21 * MS, 0],
      [3, null, null],
    ])
  })

  test.each([4, 6] as const)('over IPv%i one in fragments has arrived with the last of them', (version) => {
    const datagram = udpDatagram({}, probe(5, { messageBytes: 3000 }))
    const fragment = (id: number, from: number, to: number) =>
      ipPacket(
        {
          version,
          protocol: Protocol.UDP,
          fragment: { id, offsetBytes: from, isLast: to === datagram.length },
        },
        datagram.subarray(from, to),
      )
    const talk = new Talk()
    talk.packet(fragment(1, 0, 1480), 'up', { inNs: 10 * MS, outNs: 20 * MS })
    talk.packet(fragment(1, 2960, 3008), 'up', { inNs: 11 * MS, outNs: 30 * MS })
    talk.packet(fragment(1, 1480, 2960), 'up', { inNs: 12 * MS, outNs: 22 * MS })
    // One that never came whole to the link, then one with the same number of which a piece is lost.
    talk.packet(fragment(2, 0, 1480), 'up', { inNs: 20 * MS })
    talk.packet(fragment(2, 0, 1480), 'up', { inNs: 30 * MS })
    talk.packet(fragment(2, 1480, 2960), 'up', { inNs: 31 * MS, fate: 'lost' })
    talk.packet(fragment(2, 2960, 3008), 'up', { inNs: 32 * MS })
    const { messages, places } = of(talk.log)
    expect(
      messages.map(({ messageBytes, sentNs, arrivedNs, blockedNs }) => [
        messageBytes,
        sentNs,
        arrivedNs,
        blockedNs,
      ]),
    ).toEqual([
      [3000, 12 * MS, 30 * MS, 0],
      [3000, 32 * MS, null, null],
    ])
    expect(places).toMatchObject({ first: 0, last: 6 })
  })

  test('an echo of ICMP: what comes back is the answer', () => {
    const talk = new Talk()
    const echo = (type: number) => [type, 0, 0, 0, 0, 7, 0, 1, ...probe(4)]
    talk.packet(ipPacket({ protocol: Protocol.ICMP }, echo(8)), 'up', { inNs: 1 * MS })
    talk.packet(ipPacket({ protocol: Protocol.ICMP, direction: 'down' }, echo(0)), 'down', { inNs: 2 * MS })
    expect(of(talk.log).messages).toMatchObject([
      { direction: 'up', isReply: false, seq: 4, messageBytes: 32 },
      { direction: 'down', isReply: true, seq: 4 },
    ])
  })
})
