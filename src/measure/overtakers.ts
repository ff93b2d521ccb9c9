/**
 * The arrivals that overtook others: those that skipped sequence numbers. Whatever arrives reordered was skipped by
 * the earliest arrival with a larger number, so that these alone tell its reordering extent (RFC 4737, sec. 4.2.1).
 */
export class Overtakers {
  // A ring, rising in both: each number is above, and has arrived after, those before it.
  readonly #seq: Float64Array
  readonly #position: Float64Array
  readonly #mask: number
  #count = 0

  /** @param capacity a power of two: how many of the latest are remembered */
  constructor(capacity: number) {
    this.#seq = new Float64Array(capacity)
    this.#position = new Float64Array(capacity)
    this.#mask = capacity - 1
  }

  /** `position`: how many messages, each counted once, had arrived before. */
  add(seq: number, position: number): void {
    const at = this.#count & this.#mask
    this.#seq[at] = seq
    this.#position[at] = position
    this.#count++
  }

  /** Position of the earliest one remembered with a number above `seq`; there is one. */
  firstAbove(seq: number): number {
    let low = Math.max(0, this.#count - this.#mask - 1)
    let high = this.#count - 1
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if ((this.#seq[middle & this.#mask] as number) > seq) high = middle
      else low = middle + 1
    }
    return this.#position[low & this.#mask] as number
  }
}
