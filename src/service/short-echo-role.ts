import type { Clock, Nanos } from '../core/clock.ts'
import type { Endpoint } from '../transport/contract.ts'
import type { FarStats, StatsRequest } from '../wire/session-messages.ts'
import { readShortSeq } from '../wire/short-message.ts'
import { answer } from './answer.ts'
import { Receiver } from './receiver.ts'
import type { Role } from './roles.ts'

/** Returns every message of a session whose messages are too short for a header, as it came. */
export class ShortEchoRole implements Role {
  readonly #endpoint: Endpoint
  readonly #clock: Clock
  readonly #receiver = new Receiver()
  #answeredCount = 0
  #expectedSeq = 0

  constructor(endpoint: Endpoint, clock: Clock) {
    this.#endpoint = endpoint
    this.#clock = clock
  }

  probe(probe: Uint8Array, at: Nanos, messageBytes: number): void {
    const seq = readShortSeq(probe, this.#expectedSeq)
    this.#expectedSeq = Math.max(this.#expectedSeq, seq + 1)
    this.#receiver.count(seq, messageBytes, this.#clock.originNs + at)
    this.#answeredCount++
    answer(this.#endpoint, probe)
  }

  stats(request: StatsRequest): FarStats {
    return this.#receiver.stats(request, this.#answeredCount, true)
  }

  stop(): void {}

  end(): void {}
}
