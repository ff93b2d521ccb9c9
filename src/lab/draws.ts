/** What is drawn for a packet. A copy has draws of its own. */
export const Purpose = { LOSS: 0, BURST: 1, DUPLICATE: 2, CORRUPT: 3, BIT: 4, JITTER: 5, REORDER: 6 } as const
export const COPY = 8

const PURPOSES = 16
const RANGE = 2 ** 32

/**
 * Random numbers that are a function of seed, direction, purpose and the packet's number alone: what happens to a packet
 * depends neither on when it comes nor on what else happens.
 */
export class Draws {
  readonly #before = new Int32Array(PURPOSES)
  readonly #between = new Int32Array(PURPOSES)

  constructor(seed: number, direction: number) {
    const low = mixed(seed | 0)
    const high = mixed(low ^ Math.floor(seed / RANGE))
    for (let purpose = 0; purpose < PURPOSES; purpose++) {
      const key = mixed(high ^ (direction * PURPOSES + purpose + 1))
      this.#before[purpose] = key
      this.#between[purpose] = mixed(key ^ low)
    }
  }

  /** A whole number, 0 <= n < 2^32. Of one purpose none comes twice in 2^32 packets. */
  of(purpose: number, number: number): number {
    const once = mixed((number | 0) ^ (this.#before[purpose] as number))
    return mixed((once + (this.#between[purpose] as number)) | 0) >>> 0
  }

  /** 0 <= x < 1 */
  shareOf(purpose: number, number: number): number {
    return this.of(purpose, number) / RANGE
  }
}

/** Every bit of 32 depends on all of them, and no two are mixed to the same (the finalizer of MurmurHash3). */
function mixed(word: number): number {
  let bits = word
  bits = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35)
  return bits ^ (bits >>> 16)
}
