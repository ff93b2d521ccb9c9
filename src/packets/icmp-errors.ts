import { readIcmpMessage } from './icmp-message.ts'
import { type IpPacket, Protocol } from './ip-packet.ts'

/** RFC 792, and RFC 1191 for the packet that is too big. */
const ipv4Types: Readonly<Record<number, string>> = {
  3: 'destination unreachable',
  11: 'time exceeded',
  12: 'parameter problem',
}
const ipv4Unreachable: Readonly<Record<number, string>> = {
  0: 'network unreachable',
  1: 'host unreachable',
  2: 'protocol unreachable',
  3: 'port unreachable',
  4: 'packet too big',
}
/** RFC 4443, 3. */
const ipv6Types: Readonly<Record<number, string>> = {
  1: 'destination unreachable',
  2: 'packet too big',
  3: 'time exceeded',
  4: 'parameter problem',
}
const ipv6Unreachable: Readonly<Record<number, string>> = {
  0: 'no route to the destination',
  1: 'prohibited',
  3: 'address unreachable',
  4: 'port unreachable',
}

/** What an ICMP error says of the packet that it quotes; undefined for any other message. */
export function icmpErrorOf(ip: IpPacket): string | undefined {
  const message = readIcmpMessage(ip.payload, ip.payloadBytes, ip.protocol)
  if (message === undefined) return undefined
  const { type, code } = message
  const isIpv6 = ip.protocol === Protocol.ICMPV6
  const detail = isIpv6 ? ipv6Unreachable : ipv4Unreachable
  const isUnreachable = type === (isIpv6 ? 1 : 3)
  return (isUnreachable ? detail[code] : undefined) ?? (isIpv6 ? ipv6Types : ipv4Types)[type]
}
