/** Messages and bytes that one receiver got, and when: what goodput is made of (RFC 2647, 3.17). */
export class Intake {
  messageCount = 0
  bytes = 0
  /** Bytes of the first message: it arrived before the clock of the transfer began to run. */
  firstBytes = 0
  /** ns of the receiver's clock; NaN before anything arrived. */
  firstAtNs = Number.NaN
  lastAtNs = Number.NaN

  record(bytes: number, atNs: number): void {
    if (this.messageCount === 0) {
      this.firstBytes = bytes
      this.firstAtNs = atNs
    }
    this.messageCount++
    this.bytes += bytes
    this.lastAtNs = atNs
  }
}

/** Transfers added up: parallel ones share their time, later ones add theirs. */
export class Transfer {
  #bits = 0
  #messages = 0
  #elapsedNs = 0
  #parallel: Intake[] = []

  /** One of several flows of the same run. */
  add(intake: Intake): void {
    if (intake.messageCount > 0) this.#parallel.push(intake)
  }

  /** Ends the run: its flows are taken together, from the first arrival at any to the last at any. Returns that time, ns. */
  finish(): number {
    const first = Math.min(...this.#parallel.map((each) => each.firstAtNs))
    const last = Math.max(...this.#parallel.map((each) => each.lastAtNs))
    const opening = this.#parallel.find((each) => each.firstAtNs === first)
    const elapsedNs = opening === undefined ? 0 : last - first
    if (opening !== undefined && elapsedNs > 0) {
      this.#bits += 8 * (this.#parallel.reduce((sum, each) => sum + each.bytes, 0) - opening.firstBytes)
      this.#messages += this.#parallel.reduce((sum, each) => sum + each.messageCount, 0) - 1
      this.#elapsedNs += elapsedNs
    }
    this.#parallel = []
    return elapsedNs
  }

  merge(other: Transfer): void {
    this.#bits += other.#bits
    this.#messages += other.#messages
    this.#elapsedNs += other.#elapsedNs
  }

  /** Null where fewer than two arrivals leave no time to divide by. */
  get bitsPerSec(): number | null {
    return this.#elapsedNs > 0 ? this.#bits / (this.#elapsedNs / 1e9) : null
  }

  get messagesPerSec(): number | null {
    return this.#elapsedNs > 0 ? this.#messages / (this.#elapsedNs / 1e9) : null
  }
}
