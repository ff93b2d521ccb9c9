import type { ConnectionFigures } from '../measure/connections.ts'
import type { ConnectionFacts, ConnectionReader } from '../transport/connection-facts.ts'
import type { Endpoint } from '../transport/contract.ts'

/** A timer of node's, never punctual: one that turned the event loop to be so would disturb what is measured. */
const SAMPLE_EVERY_MS = 100

/** A sample costs about a microsecond: with many connections they take turns, so that no message waits for all. */
const MOST_AT_ONCE = 16

/** Asks the kernel about connections now and then while a run sends over them, and at its end. */
export class ConnectionSampler {
  /** Resolves when it can ask. */
  readonly ready: Promise<void>
  readonly #connections: (SampledConnection | undefined)[]
  #timer: NodeJS.Timeout | undefined
  #isRunning = false
  #next = 0

  constructor(endpoints: readonly Endpoint[]) {
    this.#connections = endpoints.map(() => undefined)
    const readers = endpoints.map(async (endpoint, flow) => {
      const reader = await endpoint.connectionReader?.()
      if (reader) this.#connections[flow] = new SampledConnection(reader)
    })
    this.ready = Promise.all(readers).then(() => {})
  }

  start(): void {
    this.#isRunning = true
    void this.ready.then(() => {
      if (!this.#isRunning || this.#connections.every((each) => each === undefined)) return
      this.#timer = setInterval(this.#sample, SAMPLE_EVERY_MS)
      this.#timer.unref()
    })
  }

  /** The sending is over: what is sampled now, as the window, is what it came to. */
  stop(): void {
    if (!this.#isRunning) return
    this.#isRunning = false
    clearInterval(this.#timer)
    for (const connection of this.#connections) connection?.sample()
  }

  /** What is known of a flow's connection; undefined where its kernel does not tell, or it is gone. */
  figures(flow: number): ConnectionFigures | undefined {
    return this.#connections[flow]?.figures()
  }

  readonly #sample = (): void => {
    const { length } = this.#connections
    for (let n = Math.min(length, MOST_AT_ONCE); n > 0; n--) {
      this.#connections[this.#next]?.sample()
      this.#next = (this.#next + 1) % length
    }
  }
}

class SampledConnection {
  readonly #reader: ConnectionReader
  #last: ConnectionFacts | undefined
  #cwndMax: number | null = null
  #deliveryRate: number | null = null

  constructor(reader: ConnectionReader) {
    this.#reader = reader
  }

  sample(): void {
    const facts = this.#reader.read()
    if (facts === undefined) return
    this.#last = facts
    this.#see(facts)
  }

  /** Counts and minima as they are now, all else as it was when the sending ended, or is where nobody said when. */
  figures(): ConnectionFigures | undefined {
    const now = this.#reader.read()
    if (now === undefined) return undefined
    const { srttNs, cwndSegments, pacingRateBitsPerSec } = this.#last ?? now
    if (this.#last === undefined) this.#see(now)
    return {
      congestion: this.#reader.congestion,
      retransmitCount: now.retransmitCount,
      srttNs,
      minRttNs: now.minRttNs,
      cwndSegments,
      cwndMaxSegments: this.#cwndMax,
      mssBytes: now.mssBytes,
      deliveryRateBitsPerSec: this.#deliveryRate,
      pacingRateBitsPerSec,
    }
  }

  #see({ cwndSegments, deliveryRateBitsPerSec }: ConnectionFacts): void {
    if (cwndSegments !== null) this.#cwndMax = Math.max(this.#cwndMax ?? 0, cwndSegments)
    this.#deliveryRate = deliveryRateBitsPerSec ?? this.#deliveryRate
  }
}
