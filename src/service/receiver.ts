import { Arrivals } from '../measure/arrivals.ts'
import { Intake } from '../measure/intake.ts'
import { HEADER_BYTES, isProbeAt, readSeq, readSeqAt, type Token } from '../wire/frame.ts'
import type { Payload } from '../wire/payload.ts'
import { type FarStats, MOST_COUNTED, type StatsRequest } from '../wire/session-messages.ts'

/** The far side's accounting of one session: every probe that arrived is counted here. */
export class Receiver {
  readonly #arrivals: Arrivals
  readonly #intake = new Intake()
  readonly #payload: Payload | undefined
  #corruptCount = 0
  #final = false

  /**
   * `windowSeqs`: how many messages may be under way at once, a power of two; memory grows with it. With a payload every
   * message is checked.
   */
  constructor(windowSeqs = 1 << 12, payload?: Payload) {
    this.#arrivals = new Arrivals(windowSeqs)
    this.#payload = payload
  }

  /** `atNs`: ns of the host's clock. */
  record(probe: Uint8Array, messageBytes: number, atNs: number): void {
    if (this.#final) return
    const seq = readSeq(probe)
    if (this.#payload && !this.#payload.isIntact(probe, seq)) {
      // Nothing in it is believed, its number neither: it stays lost (RFC 7680, 2.5).
      this.#corruptCount = Math.min(this.#corruptCount + 1, MOST_COUNTED)
      return
    }
    this.count(seq, messageBytes, atNs)
  }

  /** One whose number is known. */
  count(seq: number, messageBytes: number, atNs: number): void {
    if (this.#final) return
    this.#arrivals.record(seq)
    this.#intake.record(messageBytes, atNs)
  }

  /** Many probes with this token, of `messageBytes` each, but perhaps the last; returns how many bytes it took of them. */
  recordPacked(probes: Uint8Array, messageBytes: number, atNs: number, token: Token): number {
    if (this.#final || this.#payload !== undefined || messageBytes < HEADER_BYTES) return 0
    let at = 0
    for (; at + HEADER_BYTES <= probes.length && isProbeAt(probes, at, token); at += messageBytes) {
      this.#arrivals.record(readSeqAt(probes, at))
      this.#intake.record(Math.min(messageBytes, probes.length - at), atNs)
    }
    return at
  }

  /** `sentCount` and `finished` are this side's own sending. */
  stats(request: StatsRequest, sentCount: number, finished: boolean): FarStats {
    if (request.final && !this.#final) {
      this.#final = true
      this.#arrivals.finish(request.sentCount)
    }
    const { receivedCount, duplicateCount, reorderedCount, extentMax, burstCount, burstMax } = this.#arrivals
    const { bytes, firstBytes, firstAtNs, lastAtNs } = this.#intake
    return {
      finished,
      sentCount,
      receivedCount,
      receivedBytes: bytes,
      firstBytes,
      firstAtNs: Number.isNaN(firstAtNs) ? null : firstAtNs,
      lastAtNs: Number.isNaN(lastAtNs) ? null : lastAtNs,
      duplicateCount,
      reorderedCount,
      extentMax,
      lostCount: Math.max(0, request.sentCount - receivedCount),
      burstCount,
      burstMax,
      ...(this.#payload ? { corruptCount: this.#corruptCount } : {}),
    }
  }
}
