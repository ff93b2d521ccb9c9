/** Whoever sleeps wakes late: the last of the time before a moment is waited for awake. */
export const AWAKE_NS = 60_000

/** So much idle turning is judged at once. */
const JUDGED_NS = 20_000_000
/** An idle turn takes microseconds: one that took this long waited for the processor. */
const STALL_NS = 1_000_000
const FIRST_REST_NS = 250_000_000
const LONGEST_REST_NS = 8_000_000_000

/**
 * Whether to turn the event loop while waiting for a moment. That is punctual while a processor is free. Where more
 * programs want one than there are, it takes the processor from those that have work, and queues for it itself: then
 * timers have to do, for longer every time that trying again shows the same.
 */
export class Spinning {
  #turnedNs = 0
  #stalledNs = 0
  #restsUntilNs = Number.NEGATIVE_INFINITY
  #restNs = FIRST_REST_NS

  /** A turn that found nothing to do ended at `nowNs`. */
  idled(tookNs: number, nowNs: number): void {
    this.#turnedNs += tookNs
    if (tookNs >= STALL_NS) this.#stalledNs += tookNs
    if (this.#turnedNs < JUDGED_NS) return
    if (this.#stalledNs > this.#turnedNs / 2) {
      this.#restsUntilNs = nowNs + this.#restNs
      this.#restNs = Math.min(2 * this.#restNs, LONGEST_REST_NS)
    } else {
      this.#restNs = FIRST_REST_NS
    }
    this.#turnedNs = 0
    this.#stalledNs = 0
  }

  pays(nowNs: number): boolean {
    return nowNs >= this.#restsUntilNs
  }
}
