import { readUint16, readUint32 } from './big-endian.ts'

export const TcpFlag = {
  FIN: 0x01,
  SYN: 0x02,
  RST: 0x04,
  PSH: 0x08,
  ACK: 0x10,
  URG: 0x20,
  ECE: 0x40,
  CWR: 0x80,
} as const

/** A TCP segment as its header describes it (RFC 9293, 3.1). */
export interface TcpSegment {
  readonly sourcePort: number
  readonly destinationPort: number
  /** Sequence number of its first byte, or of its SYN. */
  readonly seq: number
  /** Acknowledgment number: means something with ACK only. */
  readonly ack: number
  /** `TcpFlag`s. */
  readonly flags: number
  /** As the header has it, unscaled. */
  readonly window: number
  /** What lies between the fixed header and the payload, as far as it was captured. */
  readonly options: Uint8Array
  /** As far as it was captured. */
  readonly payload: Uint8Array
  /** Captured or not. */
  readonly payloadBytes: number
}

const HEADER_BYTES = 20

/** Reads what an IP packet of so many bytes carries; undefined where the fixed header is not whole. */
export function readTcpSegment(bytes: Uint8Array, segmentBytes: number): TcpSegment | undefined {
  if (bytes.length < HEADER_BYTES) return undefined
  const headerBytes = 4 * ((bytes[12] as number) >> 4)
  if (headerBytes < HEADER_BYTES || headerBytes > segmentBytes) return undefined
  return {
    sourcePort: readUint16(bytes, 0),
    destinationPort: readUint16(bytes, 2),
    seq: readUint32(bytes, 4),
    ack: readUint32(bytes, 8),
    flags: bytes[13] as number,
    window: readUint16(bytes, 14),
    options: bytes.subarray(HEADER_BYTES, headerBytes),
    payload: bytes.subarray(headerBytes, segmentBytes),
    payloadBytes: segmentBytes - headerBytes,
  }
}

export function hasTcpFlag({ flags }: Pick<TcpSegment, 'flags'>, flag: number): boolean {
  return (flags & flag) !== 0
}

/** Sequence numbers that the segment takes: those of its bytes, one for SYN and one for FIN (RFC 9293, 3.4). */
export function sequenceLength(segment: Pick<TcpSegment, 'flags' | 'payloadBytes'>): number {
  const { SYN, FIN } = TcpFlag
  return segment.payloadBytes + (hasTcpFlag(segment, SYN) ? 1 : 0) + (hasTcpFlag(segment, FIN) ? 1 : 0)
}
