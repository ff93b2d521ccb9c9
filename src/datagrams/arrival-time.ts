import type { Clock, Nanos } from '../core/clock.ts'

/** Reads a clock once for all datagrams that one system call received. */
export class ArrivalTime {
  readonly #clock: Clock
  #call: number | undefined
  #at = 0 as Nanos

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @param call its number, where many datagrams may come by one */
  of(call: number | undefined): Nanos {
    if (call === undefined || call !== this.#call) {
      this.#call = call
      this.#at = this.#clock.now()
    }
    return this.#at
  }
}
