import type { Clock } from '../core/clock.ts'
import type { Endpoint } from '../transport/contract.ts'

/**
 * Connections of which nothing is known yet, or nothing was heard for a while: at most so many of them, none for too
 * long. Whoever comes past that takes the place of the one that was silent longest, so that a flood displaces itself.
 */
export class Crowd {
  readonly #clock: Clock
  readonly #most: number
  readonly #patienceNs: number
  /** When each was last heard; who was silent longest comes first. */
  readonly #heardAt = new Map<Endpoint, number>()

  constructor(clock: Clock, most: number, patienceNs: number) {
    this.#clock = clock
    this.#most = most
    this.#patienceNs = patienceNs
  }

  hear(endpoint: Endpoint): void {
    this.#heardAt.delete(endpoint)
    this.#heardAt.set(endpoint, this.#clock.now())
    if (this.#heardAt.size > this.#most) this.#closeFirst()
  }

  leave(endpoint: Endpoint): void {
    this.#heardAt.delete(endpoint)
  }

  /** Lets go of those that were silent too long. */
  sweep(): void {
    const limit = this.#clock.now() - this.#patienceNs
    for (const heardAt of this.#heardAt.values()) {
      if (heardAt > limit) return
      this.#closeFirst()
    }
  }

  #closeFirst(): void {
    const [endpoint] = this.#heardAt.keys()
    if (endpoint === undefined) return
    this.#heardAt.delete(endpoint)
    void endpoint.close()
  }
}
