import { readUint16 } from './big-endian.ts'

/** A UDP datagram as its header describes it (RFC 768). */
export interface UdpDatagram {
  readonly sourcePort: number
  readonly destinationPort: number
  /** As far as it was captured, and came with this packet, where that is a fragment. */
  readonly payload: Uint8Array
  /** Of the whole datagram. */
  readonly payloadBytes: number
}

/** Of a UDP header, without what it carries. */
export const UDP_HEADER_BYTES = 8

/** Reads what a packet, or the first fragment of one, carries; undefined where the header is not whole, or wrong. */
export function readUdpDatagram(bytes: Uint8Array): UdpDatagram | undefined {
  if (bytes.length < UDP_HEADER_BYTES) return undefined
  const datagramBytes = readUint16(bytes, 4)
  if (datagramBytes < UDP_HEADER_BYTES) return undefined
  return {
    sourcePort: readUint16(bytes, 0),
    destinationPort: readUint16(bytes, 2),
    payload: bytes.subarray(UDP_HEADER_BYTES, datagramBytes),
    payloadBytes: datagramBytes - UDP_HEADER_BYTES,
  }
}
