const DEFAULT_CAPACITY = 1 << 15

/**
 * The four times of each echo, kept until the run is over: only then is the offset between the two clocks known. What
 * comes from the far clock is kept as the two bounds it sets, since neither way can take less than no time: at departure
 * the far clock was ahead by at most `upperNs`, at arrival by at least `lowerNs`. Once full, every second echo is dropped and from then on every second one left out, and so on: an
 * even choice, however long the run. Recording allocates nothing.
 */
export class EchoStamps {
  /** Echoes kept. */
  count = 0
  /** When each left and its answer came, ns of this host's clock since the first left. */
  readonly sentAtNs: Float64Array
  readonly receivedAtNs: Float64Array
  /** The far clock's lead, ns, less the first echo's `upperNs`, so that long uptimes cost no precision. */
  readonly upperNs: Float64Array
  readonly lowerNs: Float64Array
  readonly #capacity: number
  #offered = 0
  #stride = 1
  #startNs = 0
  #baseNs = 0

  /** @param capacity an even number of echoes */
  constructor(capacity = DEFAULT_CAPACITY) {
    this.#capacity = capacity
    this.sentAtNs = new Float64Array(capacity)
    this.receivedAtNs = new Float64Array(capacity)
    this.upperNs = new Float64Array(capacity)
    this.lowerNs = new Float64Array(capacity)
  }

  /** Sent and received by this host's clock, in between by the far one's. */
  record(sentAtNs: number, farReceivedAtNs: number, farSentAtNs: number, receivedAtNs: number): void {
    if (this.#offered++ % this.#stride !== 0) return
    if (this.count === this.#capacity) {
      this.#thin()
      if ((this.#offered - 1) % this.#stride !== 0) return
    }
    if (this.count === 0) {
      this.#startNs = sentAtNs
      this.#baseNs = farReceivedAtNs - sentAtNs
    }
    const at = this.count++
    this.sentAtNs[at] = sentAtNs - this.#startNs
    this.receivedAtNs[at] = receivedAtNs - this.#startNs
    this.upperNs[at] = farReceivedAtNs - sentAtNs - this.#baseNs
    this.lowerNs[at] = farSentAtNs - receivedAtNs - this.#baseNs
  }

  #thin(): void {
    this.count = this.#capacity / 2
    for (let to = 0; to < this.count; to++) {
      this.sentAtNs[to] = this.sentAtNs[2 * to] as number
      this.receivedAtNs[to] = this.receivedAtNs[2 * to] as number
      this.upperNs[to] = this.upperNs[2 * to] as number
      this.lowerNs[to] = this.lowerNs[2 * to] as number
    }
    this.#stride *= 2
  }
}
