import { NS_PER_SEC } from '../core/units.ts'

/** What may come at once after a pause, in seconds of the rate; and how many messages at least. */
const BURST_SEC = 0.25
const LEAST_BURST = 64
/** Nobody's clock is exact: so much above the rate is still the rate. */
const SLACK = 1.02

/** What one session may still move: a token bucket for messages, and bytes that only run down. */
export class Allowance {
  readonly #perNs: number
  readonly #burst: number
  #messages: number
  #filledAt = Number.NaN
  #bytes: number

  constructor(maxRatePerSec: number, maxBytes: number) {
    this.#perNs = (maxRatePerSec * SLACK) / NS_PER_SEC
    this.#burst = Math.max(LEAST_BURST, maxRatePerSec * BURST_SEC)
    this.#messages = this.#burst
    this.#bytes = maxBytes
  }

  /** Whether any number of messages may come. */
  get isUnlimited(): boolean {
    return this.#burst === Number.POSITIVE_INFINITY
  }

  /** False: one more message now is over the rate. */
  takeMessage(nowNs: number): boolean {
    if (this.isUnlimited) return true
    const passedNs = nowNs - (Number.isNaN(this.#filledAt) ? nowNs : this.#filledAt)
    this.#messages = Math.min(this.#burst, this.#messages + passedNs * this.#perNs)
    this.#filledAt = nowNs
    if (this.#messages < 1) return false
    this.#messages--
    return true
  }

  /** False: these bytes are more than were left. */
  takeBytes(bytes: number): boolean {
    this.#bytes -= bytes
    return this.#bytes >= 0
  }
}
