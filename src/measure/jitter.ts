/**
 * The interarrival jitter of RFC 3550, sec. 6.4.1: how much the time between arrivals departs from the time between
 * sendings, smoothed by a gain of 1/16. It hangs on the last few dozen messages, in the order of their arrival.
 */
export class Jitter {
  #jitterNs = 0
  #differenceCount = 0

  /** @param differenceNs of the transit times of two messages that arrived one after the other, its sign dropped */
  add(differenceNs: number): void {
    if (!(differenceNs < Number.POSITIVE_INFINITY)) return
    this.#jitterNs += (differenceNs - this.#jitterNs) / 16
    this.#differenceCount++
  }

  /** ns, not rounded; null under two arrivals. */
  get value(): number | null {
    return this.#differenceCount > 0 ? this.#jitterNs : null
  }

  /** Adds another finished flow: the mean of both estimates, weighted by the differences they were made from. */
  merge(other: Jitter): void {
    const count = this.#differenceCount + other.#differenceCount
    if (other.#differenceCount === 0) return
    this.#jitterNs += ((other.#jitterNs - this.#jitterNs) * other.#differenceCount) / count
    this.#differenceCount = count
  }
}
