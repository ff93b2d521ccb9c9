import { Flag, HEADER_BYTES, hasFlag, readSeq, readStream } from '../wire/frame.ts'
import { readIcmpMessage } from './icmp-message.ts'
import type { InternetDatagram } from './internet-datagrams.ts'
import { Protocol } from './ip-packet.ts'
import type { Direction } from './packet-log.ts'
import { readUdpDatagram } from './udp-datagram.ts'
import { type Carried, isMessage, type MessageTally, Places, type WireMessage } from './wire-message.ts'

/** Gathers the messages that are a UDP datagram each, or an echo of ICMP. */
export class DatagramMessages implements Carried {
  readonly messages: WireMessage[] = []
  readonly places = new Places()
  isWhole = true
  /** By direction: of each message, whether it reached the far host, sent once or again. */
  readonly #reached = { up: new Map<string, boolean>(), down: new Map<string, boolean>() }

  add(datagram: InternetDatagram): void {
    const carried = carriedBy(datagram)
    if (carried === undefined) return
    const { payload, payloadBytes, clientPort } = carried
    if (payload.length < Math.min(payloadBytes, HEADER_BYTES)) this.isWhole = false
    if (!isMessage(payload)) return
    const { direction, packets, inNs, arrivedNs } = datagram
    const isReply = carried.isReply || hasFlag(payload, Flag.REPLY)
    const [stream, seq] = [readStream(payload), readSeq(payload)]
    const reached = this.#reached[direction]
    // A server answers a message twice that came twice: one answer is enough.
    const name = `${clientPort} ${isReply} ${stream} ${seq}`
    reached.set(name, reached.get(name) === true || arrivedNs !== null)
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
    const reached = [...this.#reached[direction].values()]
    return { messageCount: reached.length, lostMessageCount: reached.filter((each) => !each).length }
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
