import { readUint16 } from '../packets/big-endian.ts'

export const ETHERNET_BYTES = 14

const ETHERTYPE = 12
const IPV4 = 0x0800
const IPV6 = 0x86dd
const IPV4_LEAST_BYTES = 20
const IPV6_HEADER_BYTES = 40
const IPV4_PROTOCOL = 9
const UDP = 17
const UDP_CHECKSUM = 6

/**
 * How long the IP packet in a frame is that one host sends the other: RFC 791, RFC 8200. 0: it holds none, or one for a
 * group, which is no matter of the two hosts.
 */
export function unicastBytes(bytes: Uint8Array, at: number, frameBytes: number): number {
  if (((bytes[at] as number) & 1) === 1) return 0
  return packetBytes(bytes, at, frameBytes)
}

/** How long the IP packet in a frame is; 0: it holds none. */
export function packetBytes(bytes: Uint8Array, at: number, frameBytes: number): number {
  const most = frameBytes - ETHERNET_BYTES
  const type = readUint16(bytes, at + ETHERTYPE)
  const ip = at + ETHERNET_BYTES
  if (type === IPV4 && most >= IPV4_LEAST_BYTES) {
    return Math.min(most, Math.max(readUint16(bytes, ip + 2), headerBytes(bytes, ip)))
  }
  if (type === IPV6 && most >= IPV6_HEADER_BYTES)
    return Math.min(most, readUint16(bytes, ip + 4) + IPV6_HEADER_BYTES)
  return 0
}

/**
 * Which bit of an IP packet is to be flipped, the `drawn`-th behind its header modulo those that there are, so that a
 * checksum fails where it arrives. -1: there is nothing behind the header.
 */
export function bitToFlip(bytes: Uint8Array, ip: number, packetBytes: number, drawn: number): number {
  const header = headerBytes(bytes, ip)
  const bits = 8 * (packetBytes - header)
  if (bits <= 0) return -1
  const bit = 8 * header + (drawn % bits)
  flipBit(bytes, ip, bit)
  // A checksum of 0 says that there is none (RFC 768): the packet would be taken for a whole one.
  const isUnchecked = isUncheckedUdp(bytes, ip, header, packetBytes)
  flipBit(bytes, ip, bit)
  return isUnchecked ? 8 * header + ((drawn + 1) % bits) : bit
}

/** The second time it is as it was. */
export function flipBit(bytes: Uint8Array, from: number, bit: number): void {
  const at = from + (bit >> 3)
  bytes[at] = (bytes[at] as number) ^ (1 << (bit & 7))
}

function isUncheckedUdp(bytes: Uint8Array, ip: number, header: number, packetBytes: number): boolean {
  const isUdp = (bytes[ip] as number) >> 4 === 4 && bytes[ip + IPV4_PROTOCOL] === UDP
  return isUdp && packetBytes >= header + 8 && readUint16(bytes, ip + header + UDP_CHECKSUM) === 0
}

function headerBytes(bytes: Uint8Array, ip: number): number {
  const first = bytes[ip] as number
  return first >> 4 === 4 ? 4 * (first & 15) : IPV6_HEADER_BYTES
}
