/** What is known of each packet under way, by the slot of memory that it lies in. */
export class Slots {
  readonly count: number
  readonly number: Uint32Array
  readonly runNumber: Uint32Array
  /** Of the IP packet. */
  readonly packetBytes: Uint32Array
  /** PacketFlag of its log record. */
  readonly flags: Uint8Array
  readonly inNs: Float64Array
  /** When it is to leave. */
  readonly outNs: Float64Array
  /** 1: a log that has ended says already that it is under way. */
  readonly isTold: Uint8Array
  readonly #free: Int32Array
  #freeCount: number

  constructor(count: number) {
    this.count = count
    this.number = new Uint32Array(count)
    this.runNumber = new Uint32Array(count)
    this.packetBytes = new Uint32Array(count)
    this.flags = new Uint8Array(count)
    this.inNs = new Float64Array(count)
    this.outNs = new Float64Array(count)
    this.isTold = new Uint8Array(count)
    // The lowest first, again and again: memory that was never needed is never touched.
    this.#free = Int32Array.from({ length: count }, (_, n) => count - 1 - n)
    this.#freeCount = count
  }

  /** One that is free, or -1. */
  take(): number {
    if (this.#freeCount === 0) return -1
    const slot = this.#free[--this.#freeCount] as number
    this.isTold[slot] = 0
    return slot
  }

  give(slot: number): void {
    this.#free[this.#freeCount++] = slot
  }
}
