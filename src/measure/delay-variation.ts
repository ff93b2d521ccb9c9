import { Histogram } from './histogram.ts'
import { Jitter } from './jitter.ts'

const DEFAULT_WINDOW_SEQS = 1 << 12

/**
 * How much delays differ. Of messages sent one after the other: the ipdv of RFC 3393, of each message and the one
 * numbered just before it, where both arrived, the sign dropped; one that comes after the window of the latest numbers
 * has passed is left out. Of messages that arrived one after the other: the jitter of RFC 3550. In order, the same.
 */
export class DelayVariation {
  /** The absolute differences, ns. */
  readonly histogram = new Histogram()
  readonly jitter = new Jitter()
  // The delay of each number of the window, ns; NaN where it has not arrived.
  readonly #delays: Float64Array
  readonly #mask: number
  /** One above the highest number, but for those in turn since. */
  #next = 0
  /** The number that is in turn; -1 before the first arrival, and after one out of turn. */
  #expected = -1
  /** Of the last arrival. */
  #delayNs = Number.NaN

  /** @param windowSeqs a power of two */
  constructor(windowSeqs: number = DEFAULT_WINDOW_SEQS) {
    this.#delays = new Float64Array(windowSeqs).fill(Number.NaN)
    this.#mask = windowSeqs - 1
  }

  /**
   * Not for copies of a message.
   * @param delayNs may hold a constant, as the offset of two clocks is
   */
  record(seq: number, delayNs: number): void {
    const difference = Math.abs(delayNs - this.#delayNs)
    this.#delayNs = delayNs
    this.jitter.add(difference)
    if (seq !== this.#expected) return this.#recordOutOfTurn(seq, delayNs)
    this.#expected = seq + 1
    this.#delays[seq & this.#mask] = delayNs
    this.histogram.record(difference)
  }

  #recordOutOfTurn(seq: number, delayNs: number): void {
    const delays = this.#delays
    const mask = this.#mask
    if (this.#expected > this.#next) this.#next = this.#expected
    const oldest = this.#next - delays.length
    if (seq >= this.#next) {
      if (seq === this.#next) this.#pair(delayNs, delays[(seq - 1) & mask] as number)
      else if (seq - this.#next >= delays.length) delays.fill(Number.NaN)
      else for (let skipped = this.#next; skipped < seq; skipped++) delays[skipped & mask] = Number.NaN
      this.#next = seq + 1
      this.#expected = seq + 1
    } else if (seq >= oldest) {
      this.#expected = -1
      if (seq > oldest) this.#pair(delayNs, delays[(seq - 1) & mask] as number)
      this.#pair(delayNs, delays[(seq + 1) & mask] as number)
    } else {
      this.#expected = -1
      return
    }
    delays[seq & mask] = delayNs
  }

  #pair(delayNs: number, neighbourNs: number): void {
    const difference = Math.abs(delayNs - neighbourNs)
    if (difference >= 0) this.histogram.record(difference)
  }

  merge(other: DelayVariation): void {
    this.histogram.merge(other.histogram)
    this.jitter.merge(other.jitter)
  }
}
