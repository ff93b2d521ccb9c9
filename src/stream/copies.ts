import { PREFIX_BYTES, writePrefix } from '../wire/framing.ts'

/** What one write takes at least: as much as the largest packet of datagrams. */
const LEAST_BYTES = 64 * 1024

/** Copies of one message, each framed, as many as one write takes; of each only what sets it apart is written anew. */
export class Copies {
  readonly message: Uint8Array
  /** All of them, one after the other. */
  readonly frames: Uint8Array
  readonly #copies: Uint8Array[] = []

  constructor(message: Uint8Array) {
    const frameBytes = PREFIX_BYTES + message.length
    this.message = message
    this.frames = new Uint8Array(frameBytes * Math.ceil(LEAST_BYTES / frameBytes))
    for (let at = 0; at < this.frames.length; at += frameBytes) {
      const frame = this.frames.subarray(at, at + frameBytes)
      writePrefix(frame, message.length)
      frame.set(message, PREFIX_BYTES)
      this.#copies.push(frame.subarray(PREFIX_BYTES))
    }
  }

  restamp(next: (copy: Uint8Array) => void): void {
    for (const copy of this.#copies) next(copy)
  }
}
