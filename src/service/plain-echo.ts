import type { Clock } from '../core/clock.ts'
import { NS_PER_SEC } from '../core/units.ts'
import type { Endpoint, Traits } from '../transport/contract.ts'
import { answer } from './answer.ts'
import { Crowd } from './crowd.ts'

/** Connections at once, and how long each may be silent. */
const MOST_CONNECTIONS = 1024
const PATIENCE_NS = 600 * NS_PER_SEC
const SWEEP_MS = 10_000

/** RFC 862: returns what it gets, byte for byte. */
export function plainEcho(endpoint: Endpoint, onHeard: () => void = () => {}): void {
  endpoint.onMessage((bytes) => {
    onHeard()
    answer(endpoint, bytes)
  })
}

/** The plain echo of a server, which bounds how many connections it keeps. */
export class PlainEcho {
  readonly #crowd: Crowd
  readonly #sweep: NodeJS.Timeout

  constructor(clock: Clock) {
    this.#crowd = new Crowd(clock, MOST_CONNECTIONS, PATIENCE_NS)
    this.#sweep = setInterval(() => this.#crowd.sweep(), SWEEP_MS)
    this.#sweep.unref()
  }

  /** Serves each endpoint of a transport with these traits. */
  serve(traits: Traits): (endpoint: Endpoint) => void {
    if (!traits.connected) return (endpoint) => plainEcho(endpoint)
    return (endpoint) => {
      this.#crowd.hear(endpoint)
      endpoint.onClose(() => this.#crowd.leave(endpoint))
      plainEcho(endpoint, () => this.#crowd.hear(endpoint))
    }
  }

  close(): void {
    clearInterval(this.#sweep)
  }
}
