import type { Clock } from '../core/clock.ts'
import type { Histogram } from '../measure/histogram.ts'

/**
 * Often enough for a 99th percentile over the blocks of a comparison. A timer that is about to fire makes every wait
 * for the network dearer (a millisecond ahead it doubled the processor time of a round trip), so no oftener than that.
 */
const SAMPLE_EVERY_MS = 20

/** Measures how long the event loop keeps a ready callback waiting, while it runs. */
export class LoopLag {
  readonly #clock: Clock
  readonly #into: Histogram
  #timer: NodeJS.Timeout | undefined
  #readyAt = 0
  #running = true

  constructor(clock: Clock, into: Histogram) {
    this.#clock = clock
    this.#into = into
    this.#timer = setTimeout(this.#ready, SAMPLE_EVERY_MS)
  }

  readonly #ready = (): void => {
    this.#readyAt = this.#clock.now()
    setImmediate(this.#ran)
  }

  readonly #ran = (): void => {
    this.#into.record(this.#clock.now() - this.#readyAt)
    if (this.#running) this.#timer = setTimeout(this.#ready, SAMPLE_EVERY_MS)
  }

  stop(): void {
    this.#running = false
    clearTimeout(this.#timer)
  }
}
