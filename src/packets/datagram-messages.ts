import { Flag, HEADER_BYTES, hasFlag, readSeq, readStream } from '../wire/frame.ts'
import { readIcmpMessage } from './icmp-message.ts'
import type { InternetDatagram } from './internet-datagrams.ts'
import { Protocol } from './ip-packet.ts'
import { readUdpDatagram } from './udp-datagram.ts'
import { type Carried, isMessage, Places, type WireMessage } from './wire-message.ts'

/** Gathers the messages that are a UDP datagram each, or an echo of ICMP. */
export class DatagramMessages implements Carried {
  readonly messages: WireMessage[] = []
  readonly places = new Places()
  isWhole = true

  add(datagram: InternetDatagram): void {
    const carried = carriedBy(datagram)
    if (carried === undefined) return
    const { payload, payloadBytes, isReply } = carried
    if (payload.length < Math.min(payloadBytes, HEADER_BYTES)) this.isWhole = false
    if (!isMessage(payload)) return
    const { direction, packets, inNs, arrivedNs } = datagram
    this.messages.push({
      direction,
      isReply: isReply || hasFlag(payload, Flag.REPLY),
      stream: readStream(payload),
      seq: readSeq(payload),
      messageBytes: payloadBytes,
      sentNs: inNs,
      arrivedNs,
      // Each is read as it comes: no other goes before it.
      blockedNs: arrivedNs === null ? null : 0,
    })
    this.places.addPackets(packets)
  }
}

function carriedBy({ protocol, payload, payloadBytes }: InternetDatagram) {
  if (protocol === Protocol.UDP) {
    const udp = readUdpDatagram(payload)
    return udp && { payload: udp.payload, payloadBytes: udp.payloadBytes, isReply: false }
  }
  if (protocol !== Protocol.ICMP && protocol !== Protocol.ICMPV6) return undefined
  const icmp = readIcmpMessage(payload, payloadBytes, protocol)
  // The far host returns a message as it came.
  return icmp?.echo
    ? { payload: icmp.payload, payloadBytes: icmp.payloadBytes, isReply: icmp.echo.isReply }
    : undefined
}
