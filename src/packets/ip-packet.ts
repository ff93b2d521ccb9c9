import { readUint16, readUint32 } from './big-endian.ts'
import { addressText4, addressText6 } from './ip-address.ts'

/** What an IP packet may carry, by its protocol number (IANA). */
export const Protocol = { ICMP: 1, TCP: 6, UDP: 17, ICMPV6: 58 } as const

/** A piece of a packet that was too long for the path. */
export interface Fragment {
  /** What the pieces of one packet have in common. */
  readonly id: number
  /** Of this piece in what the packet carries, bytes. */
  readonly offsetBytes: number
  readonly isLast: boolean
}

/** An IP packet as its headers describe it. Not trusted: any number that fits. */
export interface IpPacket {
  readonly version: 4 | 6
  /** Numeric, IPv6 as RFC 5952 writes it. */
  readonly source: string
  readonly destination: string
  /** Of what it carries, behind all extension headers. */
  readonly protocol: number
  /** Time to live, or hop limit. */
  readonly ttl: number
  /** Null for a whole packet. */
  readonly fragment: Fragment | null
  /** What it carries, as far as it was captured. */
  readonly payload: Uint8Array
  /** What it carries, captured or not. */
  readonly payloadBytes: number
}

/** Reads an IPv4 (RFC 791) or IPv6 packet (RFC 8200) from its first byte on; undefined where its headers are not whole. */
export function readIpPacket(bytes: Uint8Array): IpPacket | undefined {
  if (bytes.length < 20) return undefined
  const version = (bytes[0] as number) >> 4
  if (version === 4) return readIpv4(bytes)
  return version === 6 ? readIpv6(bytes) : undefined
}

function readIpv4(bytes: Uint8Array): IpPacket | undefined {
  const headerBytes = 4 * ((bytes[0] as number) & 0x0f)
  const packetBytes = readUint16(bytes, 2)
  if (headerBytes < 20 || packetBytes < headerBytes || bytes.length < headerBytes) return undefined
  const flagsAndOffset = readUint16(bytes, 6)
  const offsetBytes = 8 * (flagsAndOffset & 0x1fff)
  const hasMore = (flagsAndOffset & 0x2000) !== 0
  return {
    version: 4,
    source: addressText4(bytes, 12),
    destination: addressText4(bytes, 16),
    protocol: bytes[9] as number,
    ttl: bytes[8] as number,
    fragment: hasMore || offsetBytes > 0 ? { id: readUint16(bytes, 4), offsetBytes, isLast: !hasMore } : null,
    payload: bytes.subarray(headerBytes, packetBytes),
    payloadBytes: packetBytes - headerBytes,
  }
}

const IPV6_HEADER_BYTES = 40
const FRAGMENT_HEADER = 44
const AUTHENTICATION_HEADER = 51
/** Hop-by-hop, routing and destination options, mobility, HIP, Shim6: a length in units of 8 bytes beyond the first (RFC 6564). */
const EXTENSION_HEADERS: ReadonlySet<number> = new Set([0, 43, 60, 135, 139, 140])

function readIpv6(bytes: Uint8Array): IpPacket | undefined {
  if (bytes.length < IPV6_HEADER_BYTES) return undefined
  const end = IPV6_HEADER_BYTES + readUint16(bytes, 4)
  let protocol = bytes[6] as number
  let fragment: Fragment | null = null
  let at = IPV6_HEADER_BYTES
  // Every header takes 8 bytes at least, and only the first piece of a packet has what follows its fragment header.
  while (isExtension(protocol) && (fragment === null || fragment.offsetBytes === 0)) {
    if (at + 8 > Math.min(bytes.length, end)) return undefined
    if (protocol === FRAGMENT_HEADER) fragment = fragmentAt(bytes, at)
    const headerBytes = extensionBytes(protocol, bytes[at + 1] as number)
    protocol = bytes[at] as number
    at += headerBytes
  }
  if (at > Math.min(bytes.length, end)) return undefined
  return {
    version: 6,
    source: addressText6(bytes, 8),
    destination: addressText6(bytes, 24),
    protocol,
    ttl: bytes[7] as number,
    fragment,
    payload: bytes.subarray(at, end),
    payloadBytes: end - at,
  }
}

function isExtension(protocol: number): boolean {
  return protocol === FRAGMENT_HEADER || protocol === AUTHENTICATION_HEADER || EXTENSION_HEADERS.has(protocol)
}

function extensionBytes(protocol: number, length: number): number {
  if (protocol === FRAGMENT_HEADER) return 8
  // RFC 4302, 2.2: in units of 4 bytes, less 2; never less than its fixed part.
  if (protocol === AUTHENTICATION_HEADER) return Math.max(12, 4 * (length + 2))
  return 8 * (length + 1)
}

/** Null for an atomic fragment (RFC 6946): it is the whole packet. */
function fragmentAt(bytes: Uint8Array, at: number): Fragment | null {
  const offsetAndFlags = readUint16(bytes, at + 2)
  const offsetBytes = offsetAndFlags & 0xfff8
  const isLast = (offsetAndFlags & 1) === 0
  if (offsetBytes === 0 && isLast) return null
  return { id: readUint32(bytes, at + 4), offsetBytes, isLast }
}
