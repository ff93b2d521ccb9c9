/** ICMP's echo request and reply, of IPv4 (RFC 792) and of IPv6 (RFC 4443, 4.1 and 4.2). No I/O. */

export type Family = 4 | 6

/** Type, code, checksum, identifier, sequence number. */
export const ECHO_BYTES = 8

const requestType: Readonly<Record<Family, number>> = { 4: 8, 6: 128 }
export const replyType: Readonly<Record<Family, number>> = { 4: 0, 6: 129 }

/** Writes the header of a request in front of the message that `packet` ends with. */
export function writeRequest(packet: Uint8Array, family: Family, identifier: number, seq: number): void {
  packet[0] = requestType[family]
  packet.fill(0, 1, 4)
  writeUint16(packet, 4, identifier)
  writeUint16(packet, 6, seq)
  // Over IPv6 it covers addresses too, so that only the kernel can make it.
  if (family === 4) writeUint16(packet, 2, checksum(packet))
}

/** The requests of one socket: what a reply to them has to fit. */
export interface Requests {
  readonly family: Family
  /** Of a raw socket, to which the kernel hands what it has not checked, and everybody's, as it came. */
  readonly isRaw: boolean
  readonly identifier: number
  /** How many there were: numbers are counted from 0, and begin again past 65535. */
  readonly sentCount: number
}

/** What a reply to one of these requests carries; undefined where the packet is anything else. */
export function messageOf(
  packet: Uint8Array,
  { family, isRaw, identifier, sentCount }: Requests,
): Uint8Array | undefined {
  const icmp = isRaw && family === 4 ? withoutIpHeader(packet) : packet
  if (icmp === undefined || icmp.length < ECHO_BYTES) return undefined
  if (icmp[0] !== replyType[family] || icmp[1] !== 0) return undefined
  // The checksum of IPv6 covers addresses too: the kernel alone can check it, and does.
  if (isRaw && family === 4 && checksum(icmp) !== 0) return undefined
  if (readUint16(icmp, 4) !== identifier || readUint16(icmp, 6) >= sentCount) return undefined
  return icmp.subarray(ECHO_BYTES)
}

/** What an IPv4 packet carries; undefined where it is no whole packet (RFC 791, 3.1). */
function withoutIpHeader(packet: Uint8Array): Uint8Array | undefined {
  const headerBytes = 4 * ((packet[0] ?? 0) & 0x0f)
  const isWhole = (packet[0] ?? 0) >> 4 === 4 && headerBytes >= 20 && packet.length >= headerBytes
  return isWhole ? packet.subarray(headerBytes) : undefined
}

/** The Internet checksum (RFC 1071); 0 of what contains its own. */
export function checksum(bytes: Uint8Array): number {
  let sum = 0
  const even = bytes.length - (bytes.length % 2)
  for (let at = 0; at < even; at += 2) sum += readUint16(bytes, at)
  if (even < bytes.length) sum += (bytes[even] as number) << 8
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000)
  return ~sum & 0xffff
}

function readUint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
}

function writeUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8
  bytes[at + 1] = value & 0xff
}
