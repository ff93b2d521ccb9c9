import type { Nanos } from '../core/clock.ts'
import { Splitter } from './framing.ts'

/** A longer line arrives in pieces: nobody may fill our memory by never ending one. */
export const MAX_LINE_BYTES = 4096

/** A text without an end is taken for a line after this much quiet: terminals in raw mode send none. */
export const LINE_QUIET_MS = 200

export const NEWLINE = 0x0a
const RETURN = 0x0d

/** The bytes of a line up to its `\n` or `\r\n`, if it has one. */
export function withoutLineEnd(line: Uint8Array): Uint8Array {
  const feed = line.length > 0 && line[line.length - 1] === NEWLINE ? 1 : 0
  const end = line.length - feed
  const carriage = feed === 1 && end > 0 && line[end - 1] === RETURN ? 1 : 0
  return feed === 0 ? line : line.subarray(0, end - carriage)
}

/** UTF-8 lines, without their ends. A piece of a line too long is cut between two characters. */
export class LineSplitter extends Splitter {
  readonly #tail = new Uint8Array(MAX_LINE_BYTES + 1)
  #tailBytes = 0
  // Part of this line was handed over already: what ends it is not an empty line of its own.
  #continues = false

  get unfinished(): boolean {
    return this.#tailBytes > 0
  }

  /** Hands over a text that has waited for its end long enough. */
  flush(receivedAt: Nanos): void {
    if (this.#tailBytes > 0 && this.idle) this.#handOver(this.#tailBytes, true, receivedAt)
  }

  override finish(receivedAt: Nanos): boolean {
    this.flush(receivedAt)
    return true
  }

  protected take(memory: Uint8Array, from: number, to: number, receivedAt: Nanos): number {
    const room = Math.min(to, from + this.#tail.length - this.#tailBytes)
    const found = memory.subarray(from, room).indexOf(NEWLINE)
    const end = found === -1 ? room : from + found
    this.#tail.set(memory.subarray(from, end), this.#tailBytes)
    this.#tailBytes += end - from
    if (found !== -1) {
      this.#handOver(this.#tailBytes, false, receivedAt)
      return end + 1
    }
    if (this.#tailBytes > MAX_LINE_BYTES) this.#handOver(this.#wholeCharacters(), true, receivedAt)
    return end
  }

  #handOver(bytes: number, more: boolean, receivedAt: Nanos): void {
    const carriage = !more && bytes > 0 && this.#tail[bytes - 1] === RETURN ? 1 : 0
    const line = this.#tail.slice(0, bytes - carriage)
    const restOfLine = !more && this.#continues
    this.#tail.copyWithin(0, bytes, this.#tailBytes)
    this.#tailBytes -= bytes
    this.#continues = more
    if (line.length === 0 && restOfLine) return
    this.onMessage(line.subarray(0, Math.min(line.length, this.keepBytes)), receivedAt, line.length)
  }

  #wholeCharacters(): number {
    let end = MAX_LINE_BYTES
    while (end > MAX_LINE_BYTES - 4 && ((this.#tail[end] as number) & 0xc0) === 0x80) end--
    // Not UTF-8 at all: cut where the room ends.
    return ((this.#tail[end] as number) & 0xc0) === 0x80 ? MAX_LINE_BYTES : end
  }
}
