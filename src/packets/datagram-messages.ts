import { HEADER_BYTES } from '../wire/frame.ts'
import { readIcmpMessage } from './icmp-message.ts'
import type { InternetDatagram } from './internet-datagrams.ts'
import { Protocol } from './ip-packet.ts'
import { readUdpDatagram } from './udp-datagram.ts'
import { type Carried, placesOf, probeOf, type WireMessage } from './wire-message.ts'

/** The messages that are a UDP datagram each, or an echo of ICMP. */
export function messagesOfDatagrams(datagrams: readonly InternetDatagram[]): Carried {
  const messages: WireMessage[] = []
  const places: number[] = []
  let isWhole = true
  for (const datagram of datagrams) {
    const carried = carriedBy(datagram)
    if (carried === undefined) continue
    const { payload, payloadBytes } = carried
    if (payload.length < Math.min(payloadBytes, HEADER_BYTES)) isWhole = false
    const probe = probeOf(payload)
    if (probe === undefined) continue
    const { direction, packets, arrivedNs } = datagram
    messages.push({
      ...probe,
      isReply: probe.isReply || carried.isReply,
      direction,
      messageBytes: payloadBytes,
      sentNs: packets.reduce((latest, { inNs }) => Math.max(latest, inNs), 0),
      arrivedNs,
      // Each is read as it comes: no other goes before it.
      blockedNs: arrivedNs === null ? null : 0,
    })
    places.push(...packets.map(({ place }) => place))
  }
  return { messages, places: placesOf(places), isWhole }
}

function carriedBy({ protocol, payload, payloadBytes }: InternetDatagram) {
  if (protocol === Protocol.UDP) {
    const udp = readUdpDatagram(payload)
    return udp && { ...udp, isReply: false }
  }
  if (protocol !== Protocol.ICMP && protocol !== Protocol.ICMPV6) return undefined
  const icmp = readIcmpMessage(payload, payloadBytes, protocol)
  // The far host returns a message as it came.
  return icmp?.echo ? { ...icmp, isReply: icmp.echo.isReply } : undefined
}
