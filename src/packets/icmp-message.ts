import { readUint16 } from './big-endian.ts'
import { Protocol } from './ip-packet.ts'

/** An ICMP message as its header describes it (RFC 792, RFC 4443). */
export interface IcmpMessage {
  readonly type: number
  readonly code: number
  /** Set for an echo request or reply. */
  readonly echo: { readonly isReply: boolean; readonly id: number; readonly seq: number } | null
  /** Behind the first 8 bytes, as far as it was captured. */
  readonly payload: Uint8Array
  /** Captured or not, and of the whole message. */
  readonly payloadBytes: number
}

const HEADER_BYTES = 8

/** Reads what a packet of `protocol` ICMP or ICMPV6 carries; undefined where the header is not whole. */
export function readIcmpMessage(
  bytes: Uint8Array,
  messageBytes: number,
  protocol: number,
): IcmpMessage | undefined {
  if (bytes.length < HEADER_BYTES) return undefined
  const [request, reply] = protocol === Protocol.ICMPV6 ? [128, 129] : [8, 0]
  const type = bytes[0] as number
  const isEcho = type === request || type === reply
  return {
    type,
    code: bytes[1] as number,
    echo: isEcho ? { isReply: type === reply, id: readUint16(bytes, 4), seq: readUint16(bytes, 6) } : null,
    payload: bytes.subarray(HEADER_BYTES),
    payloadBytes: messageBytes - HEADER_BYTES,
  }
}
