import type { Endpoint, MessageHandler } from '../transport/contract.ts'
import { Flag, FrameType, frameType, HEADER_BYTES, readSeq, restamp } from '../wire/frame.ts'
import { isShort, readShortSeq, writeShortSeq } from '../wire/short-message.ts'
import { messageBuffer } from '../workload/message-buffer.ts'
import { EndpointLayer } from './endpoint-layer.ts'

/** An endpoint over which probes of this length go without their header, where they are too short for one. */
export function shortWhereNeeded(endpoint: Endpoint, probeBytes: number): Endpoint {
  return isShort(probeBytes) ? new ShortEndpoint(endpoint, probeBytes) : endpoint
}

/**
 * Sends probes without their header, in messages that are too short for one, and gives the answers one again: above it
 * nobody knows how short they are. Other frames pass as they are.
 */
export class ShortEndpoint extends EndpointLayer {
  readonly #short: Uint8Array
  /** The header of the last probe, which those of the answers are made of. */
  readonly #header = new Uint8Array(HEADER_BYTES)
  #sentSeq = -1
  #expectedSeq = 0

  constructor(below: Endpoint, messageBytes: number) {
    super(below)
    this.#short = messageBuffer(messageBytes)
  }

  override send(message: Uint8Array): boolean {
    if (frameType(message) !== FrameType.PROBE) return super.send(message)
    if (this.#sentSeq < 0) this.#header.set(message.subarray(0, HEADER_BYTES))
    this.#sentSeq = readSeq(message)
    writeShortSeq(this.#short, this.#sentSeq)
    return super.send(this.#short)
  }

  override onMessage(handler: MessageHandler): void {
    super.onMessage((bytes, at, messageBytes) => {
      if (!isShort(messageBytes)) return handler(bytes, at, messageBytes)
      if (messageBytes !== this.#short.length || this.#sentSeq < 0) return
      const seq = readShortSeq(bytes, this.#expectedSeq)
      if (seq > this.#sentSeq) return
      this.#expectedSeq = Math.max(this.#expectedSeq, seq + 1)
      restamp(this.#header, seq, 0)
      this.#header[3] = FrameType.PROBE | Flag.REPLY
      handler(this.#header, at, messageBytes)
    })
  }
}
