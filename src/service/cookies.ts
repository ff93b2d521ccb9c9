import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Address } from '../core/address.ts'
import type { Clock } from '../core/clock.ts'
import { NS_PER_SEC } from '../core/units.ts'

/** A cookie is good for this long, and up to twice as long. */
const LIFETIME_NS = 30 * NS_PER_SEC
const COOKIE_BYTES = 16

/**
 * Proofs of address that cost the server no memory: what was sent to an address, and came back from it, shows that
 * somebody there can read. The key is replaced as time passes, and a cookie dies with the key before the last.
 */
export class Cookies {
  readonly #clock: Clock
  #key = randomBytes(32)
  #previousKey = randomBytes(32)
  #period = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** For this address, which includes its port. */
  bake(address: Address): string {
    this.#rotate()
    return mac(this.#key, address).toString('base64url')
  }

  accepts(cookie: string, address: Address): boolean {
    this.#rotate()
    const bytes = Buffer.from(cookie, 'base64url')
    if (bytes.length !== COOKIE_BYTES) return false
    return [this.#key, this.#previousKey].some((key) => timingSafeEqual(bytes, mac(key, address)))
  }

  #rotate(): void {
    const period = Math.floor(this.#clock.now() / LIFETIME_NS)
    if (period === this.#period) return
    this.#previousKey = period === this.#period + 1 ? this.#key : randomBytes(32)
    this.#key = randomBytes(32)
    this.#period = period
  }
}

function mac(key: Uint8Array, address: Address): Buffer {
  return createHmac('sha256', key).update(address).digest().subarray(0, COOKIE_BYTES)
}
