import * as c from './constants.ts'
import type { Libc } from './libc.ts'
import type { NativeMemory } from './memory.ts'
import { MMSG_BYTES, MMSG_VECTOR, MMSG_VECTOR_LENGTH, VECTOR_BYTES } from './message-layout.ts'

const HALF = 2 ** 32

/** Messages that are sent by one call; their bytes lie wherever they are placed. Nothing is allocated for a message. */
export class SendBatch {
  readonly #libc: Libc
  readonly #heads: NativeMemory
  readonly #vectors: number

  /** @param count at once */
  constructor(libc: Libc, count: number) {
    this.#libc = libc
    this.#vectors = count * MMSG_BYTES
    this.#heads = libc.alloc(this.#vectors + count * VECTOR_BYTES)
    for (let n = 0; n < count; n++) {
      this.#put(n * MMSG_BYTES + MMSG_VECTOR, this.#heads.address + this.#vectors + n * VECTOR_BYTES)
      this.#put(n * MMSG_BYTES + MMSG_VECTOR_LENGTH, 1)
    }
  }

  /** Where the n-th is. */
  place(n: number, address: number, bytes: number): void {
    const at = this.#vectors + n * VECTOR_BYTES
    this.#put(at, address)
    this.#heads.view.setUint32(at + 8, bytes, true)
  }

  /** Sends those from one on, up to another; how many were taken, or the error of the first. */
  send(fd: number, from: number, to: number): number {
    return this.#libc.sendmmsg(fd, this.#heads.address + from * MMSG_BYTES, to - from, c.MSG_DONTWAIT)
  }

  #put(at: number, value: number): void {
    const { view } = this.#heads
    view.setUint32(at, value % HALF, true)
    view.setUint32(at + 4, Math.floor(value / HALF), true)
  }
}
