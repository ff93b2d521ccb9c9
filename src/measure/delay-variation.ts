import { Histogram } from './histogram.ts'

const DEFAULT_WINDOW_SEQS = 1 << 12

/**
 * How much the delays of messages sent one after the other differ: the ipdv of RFC 3393, of each message and the one
 * numbered just before it, where both arrived. The sign is dropped. Messages may arrive in any order; one that comes
 * after the window of the latest numbers has passed is left out.
 */
export class DelayVariation {
  /** The absolute differences, ns. */
  readonly histogram = new Histogram()
  // The delay of each number of the window, ns; NaN where it has not arrived.
  readonly #delays: Float64Array
  readonly #mask: number
  /** One above the highest number. */
  #next = 0

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
    if (seq !== this.#next) return this.#recordOutOfTurn(seq, delayNs)
    const delays = this.#delays
    const difference = Math.abs(delayNs - (delays[(seq - 1) & this.#mask] as number))
    delays[seq & this.#mask] = delayNs
    this.#next = seq + 1
    if (difference >= 0) this.histogram.record(difference)
  }

  #recordOutOfTurn(seq: number, delayNs: number): void {
    const delays = this.#delays
    const mask = this.#mask
    const oldest = this.#next - delays.length
    if (seq > this.#next) {
      if (seq - this.#next >= delays.length) delays.fill(Number.NaN)
      else for (let skipped = this.#next; skipped < seq; skipped++) delays[skipped & mask] = Number.NaN
      this.#next = seq + 1
    } else if (seq >= oldest) {
      if (seq > oldest) this.#pair(delayNs, delays[(seq - 1) & mask] as number)
      this.#pair(delayNs, delays[(seq + 1) & mask] as number)
    } else {
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
  }
}
