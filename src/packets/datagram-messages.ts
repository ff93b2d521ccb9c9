import { Flag, HEADER_BYTES, hasFlag, readSeq, readStream } from '../wire/frame.ts'
import { readIcmpMessage } from './icmp-message.ts'
import type { InternetDatagram } from './internet-datagrams.ts'
import { Protocol } from './ip-packet.ts'
import type { Direction } from './packet-log.ts'
import { readUdpDatagram } from './udp-datagram.ts'
import { type Carried, isMessage, type MessageTally, Places, type WireMessage } from './wire-message.ts'

/** What became of a message when the run ended: of several copies, the best counts. */
const End = { LOST: 0, UNDER_WAY: 1, THERE: 2 } as const

/** Gathers the messages that are a UDP datagram each, or an echo of ICMP. */
export class DatagramMessages implements Carried {
  readonly messages: WireMessage[] = []
  readonly places = new Places()
  isWhole = true
  /** By direction: of each message, what became of it, sent once or again. */
  readonly #ends = { up: new Map<string, number>(), down: new Map<string, number>() }

  add(datagram: InternetDatagram): void {
    const carried = carriedBy(datagram)
    if (carried === undefined) return
    const { payload, payloadBytes, clientPort } = carried
    if (payload.length < Math.min(payloadBytes, HEADER_BYTES)) this.isWhole = false
    if (!isMessage(payload)) return
    const { direction, packets, inNs, arrivedNs, isUnderWay } = datagram
    const isReply = carried.isReply || hasFlag(payload, Flag.REPLY)
    const [stream, seq] = [readStream(payload), readSeq(payload)]
    const ends = this.#ends[direction]
    // A server answers a message twice that came twice: one answer is enough.
    const name = `${clientPort} ${isReply} ${stream} ${seq}`
    const end = arrivedNs !== null ? End.THERE : isUnderWay ? End.UNDER_WAY : End.LOST
    ends.set(name, Math.max(ends.get(name) ?? end, end))
    this.messages.push({
      direction,
      isReply,
      stream,
      seq,
      messageBytes: payloadBytes,
      sentNs: inNs,
      arrivedNs,
      // Each is read as it comes: no other goes before it.
      blockedNs: arrivedNs === null ? null : 0,
    })
    this.places.addPackets(packets)
  }

  tally(direction: Direction): MessageTally {
    const ends = [...this.#ends[direction].values()]
    const count = (end: number) => ends.filter((each) => each === end).length
    const [lostMessageCount, underWayMessageCount] = [count(End.LOST), count(End.UNDER_WAY)]
    return { messageCount: ends.length, lostMessageCount, underWayMessageCount }
  }
}

function carriedBy({ direction, protocol, payload, payloadBytes }: InternetDatagram) {
  if (protocol === Protocol.UDP) {
    const udp = readUdpDatagram(payload)
    if (udp === undefined) return undefined
    const clientPort = direction === 'up' ? udp.sourcePort : udp.destinationPort
    return { payload: udp.payload, payloadBytes: udp.payloadBytes, isReply: false, clientPort }
  }
  if (protocol !== Protocol.ICMP && protocol !== Protocol.ICMPV6) return undefined
  const icmp = readIcmpMessage(payload, payloadBytes, protocol)
  // The far host returns a message as it came.
  return icmp?.echo
    ? { payload: icmp.payload, payloadBytes: icmp.payloadBytes, isReply: icmp.echo.isReply, clientPort: 0 }
    : undefined
}
