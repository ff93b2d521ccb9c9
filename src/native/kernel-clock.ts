import { NS_PER_SEC } from '../core/units.ts'
import * as c from './constants.ts'
import type { Libc } from './libc.ts'
import type { NativeMemory } from './memory.ts'

/** How old the relation of the two clocks may be: a second one may be set. */
const RELATION_NS = 10_000_000
/** A relation is as exact as its reading was quick. */
const QUICK_NS = 2_000
const TRIES = 4

/** The host's monotonic clock, ns, as process.hrtime reads it; reading it leaves no garbage. And what the kernel stamps by. */
export class KernelClock {
  readonly #libc: Libc
  readonly #timespec: NativeMemory
  /** Wall-clock seconds are counted from here, so that a double holds single nanoseconds. */
  readonly #firstSecond: number
  #relatedNs = Number.NEGATIVE_INFINITY
  /** What the wall clock is ahead of the monotonic one. */
  #aheadNs = 0

  constructor(libc: Libc) {
    this.#libc = libc
    this.#timespec = libc.alloc(16)
    libc.clock_gettime(c.CLOCK_REALTIME, this.#timespec.address)
    this.#firstSecond = this.#timespec.view.getUint32(0, true)
  }

  now(): number {
    this.#libc.clock_gettime(c.CLOCK_MONOTONIC, this.#timespec.address)
    const { view } = this.#timespec
    return view.getUint32(0, true) * NS_PER_SEC + view.getUint32(8, true)
  }

  /** A time of the kernel's (CLOCK_REALTIME) on the monotonic clock. `relate` was called within its reach. */
  monotonic(seconds: number, ns: number): number {
    return (seconds - this.#firstSecond) * NS_PER_SEC + ns - this.#aheadNs
  }

  /** Sees to it that `monotonic` holds at `nowNs`. */
  relate(nowNs: number): void {
    if (nowNs - this.#relatedNs < RELATION_NS) return
    for (let n = 0; n < TRIES; n++) {
      const before = this.now()
      this.#libc.clock_gettime(c.CLOCK_REALTIME, this.#timespec.address)
      const { view } = this.#timespec
      const wallNs = (view.getUint32(0, true) - this.#firstSecond) * NS_PER_SEC + view.getUint32(8, true)
      const after = this.now()
      this.#aheadNs = wallNs - (before + after) / 2
      this.#relatedNs = after
      if (after - before < QUICK_NS) return
    }
  }
}
