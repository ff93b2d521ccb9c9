import * as c from './constants.ts'
import type { Libc } from './libc.ts'
import type { NativeMemory } from './memory.ts'
import { POLL_BYTES, POLL_THERE, POLL_WANTED } from './message-layout.ts'

/** Descriptors that are waited for, until there is something to read or the time is over: ppoll(2). */
export class PollSet {
  readonly #libc: Libc
  readonly #memory: NativeMemory
  readonly #timespec: NativeMemory
  readonly #most: number
  #count = 0

  constructor(libc: Libc, most: number) {
    this.#libc = libc
    this.#most = most
    this.#memory = libc.alloc(most * POLL_BYTES)
    this.#timespec = libc.alloc(16)
    // Of this thread: the kernel otherwise rounds a wait up by 50 us to save power.
    libc.prctl(c.PR_SET_TIMERSLACK, 1)
  }

  /** From now on these, as many as there is room for. */
  watch(fds: readonly number[]): void {
    const { view } = this.#memory
    this.#count = Math.min(fds.length, this.#most)
    for (let n = 0; n < this.#count; n++) {
      view.setInt32(n * POLL_BYTES, fds[n] as number, true)
      view.setUint16(n * POLL_BYTES + POLL_WANTED, c.POLLIN, true)
    }
  }

  /** Waits so long at most, less than a second. Returns whether there was anything. */
  wait(ns: number): boolean {
    this.#timespec.view.setUint32(8, Math.max(0, ns), true)
    return this.#libc.ppoll(this.#memory.address, this.#count, this.#timespec.address, 0) > 0
  }

  /** Whether there was anything of the n-th that was watched, when it was waited for last. */
  isReady(n: number): boolean {
    return n < this.#count && this.#memory.view.getUint16(n * POLL_BYTES + POLL_THERE, true) !== 0
  }
}
