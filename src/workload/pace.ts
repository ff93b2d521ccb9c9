import { NS_PER_SEC, type Rate } from '../core/units.ts'
import type { Job } from './job.ts'

/** When each message of one flow is due. On schedule, whatever comes back; or, at rate `max`, when the flow is free. */
export class Pace {
  /** Messages taken so far: the next one's sequence number. */
  sentCount = 0
  /** At rate `max`: the last message awaits its answer. */
  awaiting = false
  readonly #intervalNs: number
  readonly #durationNs: number
  readonly #lastNs: number
  readonly #phaseNs: number
  readonly #sentAt: Float64Array | undefined
  #total: number
  #startNs = Number.NaN

  /**
   * @param phase where in the first interval this flow begins, 0..1, so that flows do not speak at once
   * @param windowSeqs at rate `max`: how many send times are kept, a power of two
   */
  constructor(
    { ratePerSec: rate, durationNs, timeoutNs, messageCount = Number.POSITIVE_INFINITY }: Job,
    phase: number,
    windowSeqs: number,
  ) {
    this.#durationNs = durationNs
    this.#lastNs = durationNs + timeoutNs
    if (rate === 'max') {
      this.#intervalNs = 0
      this.#total = messageCount
      this.#sentAt = new Float64Array(windowSeqs).fill(Number.NaN)
    } else {
      this.#intervalNs = NS_PER_SEC / rate
      this.#total = Math.min(messageCount, Math.max(1, Math.floor((durationNs * rate) / NS_PER_SEC + 1e-9)))
    }
    this.#phaseNs = Math.floor(this.#intervalNs * phase)
  }

  /** The run begins. */
  start(nowNs: number): void {
    if (Number.isNaN(this.#startNs)) this.#startNs = nowNs
  }

  /** When the next message is due, ns; Infinity: not before an answer, or never. */
  nextDueNs(nowNs: number): number {
    if (this.sentCount >= this.#total) return Number.POSITIVE_INFINITY
    if (this.#sentAt === undefined) return this.#scheduledNs(nowNs)
    if (nowNs >= this.#startNs + this.#durationNs) this.stop()
    return this.awaiting || this.allSent ? Number.POSITIVE_INFINITY : nowNs
  }

  /** Past the loss timeout whoever cannot keep up sends no more: what is that late counts as lost, and more follows. */
  #scheduledNs(nowNs: number): number {
    if (nowNs < this.#startNs + this.#lastNs) return this.dueNs(this.sentCount)
    this.stop()
    return Number.POSITIVE_INFINITY
  }

  /** The next message leaves, due at `dueNs`. */
  take(dueNs: number): void {
    if (this.#sentAt !== undefined) this.#sentAt[this.sentCount & (this.#sentAt.length - 1)] = dueNs
    this.sentCount++
  }

  /** When a message that was taken was due, ns; NaN where that is no longer known. */
  dueNs(seq: number): number {
    if (this.#sentAt === undefined) return this.#startNs + this.#phaseNs + Math.floor(seq * this.#intervalNs)
    return seq >= this.sentCount - this.#sentAt.length
      ? (this.#sentAt[seq & (this.#sentAt.length - 1)] as number)
      : Number.NaN
  }

  /** No more messages. */
  stop(): void {
    this.#total = Math.min(this.#total, this.sentCount)
  }

  get allSent(): boolean {
    return this.sentCount >= this.#total
  }
}

/** How many messages may be on their way within the loss timeout, as a power of two with room to spare. */
export function windowSeqs(rate: Rate, timeoutNs: number): number {
  const inFlight = rate === 'max' ? 1 : (rate * timeoutNs) / NS_PER_SEC
  return 2 ** Math.min(20, Math.max(12, Math.ceil(Math.log2(4 * inFlight))))
}
