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

const HEADER_BYTES = 20

/** A TCP segment as its header describes it (RFC 9293, 3.1). */
export class TcpSegment {
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
  /** Captured or not. */
  readonly payloadBytes: number
  readonly #bytes: Uint8Array
  readonly #headerBytes: number

  /** @param bytes the fixed header at least @param headerBytes of the whole header */
  constructor(bytes: Uint8Array, headerBytes: number, segmentBytes: number) {
    this.sourcePort = readUint16(bytes, 0)
    this.destinationPort = readUint16(bytes, 2)
    this.seq = readUint32(bytes, 4)
    this.ack = readUint32(bytes, 8)
    this.flags = bytes[13] as number
    this.window = readUint16(bytes, 14)
    this.payloadBytes = segmentBytes - headerBytes
    this.#bytes = bytes
    this.#headerBytes = headerBytes
  }

  /** What lies between the fixed header and the payload, as far as it was captured. */
  get options(): Uint8Array {
    return this.#bytes.subarray(HEADER_BYTES, this.#headerBytes)
  }

  /** As far as it was captured. */
  get payload(): Uint8Array {
    return this.#bytes.subarray(this.#headerBytes, this.#headerBytes + this.payloadBytes)
  }
}

/** Reads what an IP packet of so many bytes carries; undefined where the fixed header is not whole. */
export function readTcpSegment(bytes: Uint8Array, segmentBytes: number): TcpSegment | undefined {
  if (bytes.length < HEADER_BYTES) return undefined
  const headerBytes = 4 * ((bytes[12] as number) >> 4)
  if (headerBytes < HEADER_BYTES || headerBytes > segmentBytes) return undefined
  return new TcpSegment(bytes, headerBytes, segmentBytes)
}

export function hasTcpFlag({ flags }: Pick<TcpSegment, 'flags'>, flag: number): boolean {
  return (flags & flag) !== 0
}

/** Sequence numbers that the segment takes: those of its bytes, one for SYN and one for FIN (RFC 9293, 3.4). */
export function sequenceLength(segment: Pick<TcpSegment, 'flags' | 'payloadBytes'>): number {
  const { SYN, FIN } = TcpFlag
  return segment.payloadBytes + (hasTcpFlag(segment, SYN) ? 1 : 0) + (hasTcpFlag(segment, FIN) ? 1 : 0)
}
