import { NS_PER_SEC } from '../core/units.ts'

const BITS_PER_BYTE = 8

/** A rate, and the bounded queue of those that wait for it, the one that is being sent among them. */
export class RateQueue {
  #bitsPerSec: number | null = null
  #limit = 0
  /** When each of them has been sent. */
  #ends = new Float64Array(1)
  #first = 0
  #length = 0
  #freeNs = Number.NEGATIVE_INFINITY

  /** From now on; those that wait already are sent as they would have been. */
  change(bitsPerSec: number | null, limit: number): void {
    const ends = new Float64Array(Math.max(limit, this.#length, 1))
    for (let n = 0; n < this.#length; n++) ends[n] = this.#end(n)
    this.#ends = ends
    this.#first = 0
    this.#bitsPerSec = bitsPerSec
    this.#limit = limit
  }

  /** When a packet that comes at `atNs` has been sent whole; NaN: there is no room for it. */
  enter(bytes: number, atNs: number): number {
    while (this.#length > 0 && this.#end(0) <= atNs) {
      this.#first = (this.#first + 1) % this.#ends.length
      this.#length--
    }
    const startNs = Math.max(atNs, this.#freeNs)
    if (this.#bitsPerSec === null) return startNs
    if (this.#length >= this.#limit) return Number.NaN
    const endNs = startNs + this.sendingNs(bytes)
    this.#ends[(this.#first + this.#length++) % this.#ends.length] = endNs
    this.#freeNs = endNs
    return endNs
  }

  /** How long so many bytes take; 0 without a rate. */
  sendingNs(bytes: number): number {
    return this.#bitsPerSec === null ? 0 : (bytes * BITS_PER_BYTE * NS_PER_SEC) / this.#bitsPerSec
  }

  #end(n: number): number {
    return this.#ends[(this.#first + n) % this.#ends.length] as number
  }
}
