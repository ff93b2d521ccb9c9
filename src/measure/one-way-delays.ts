import { EchoStamps } from './echo-stamps.ts'
import { Histogram } from './histogram.ts'
import { type Bounds, MOST_DRIFT, offsetStrip } from './offset-strip.ts'

/**
 * The delay of each way. Where both ends read one clock, known at once; else when the run is over and the offset of
 * the far clock has been estimated: the middle of the strip in which it must have lain, which follows any drift. No
 * delay is negative then, and none is off by more than `clockErrorNs`.
 */
export class OneWayDelays {
  readonly forward = new Histogram()
  readonly reverse = new Histogram()
  readonly #stamps: EchoStamps | undefined
  #clockErrorNs: number | null

  /** @param sameClockErrorNs how far apart two readings of one clock may be; null where each end has a clock of its own */
  constructor(sameClockErrorNs: number | null) {
    this.#clockErrorNs = sameClockErrorNs
    this.#stamps = sameClockErrorNs === null ? new EchoStamps() : undefined
  }

  /** Sent and received by this host's clock, in between by the far one's. */
  record(sentAtNs: number, farReceivedAtNs: number, farSentAtNs: number, receivedAtNs: number): void {
    if (this.#stamps) this.#stamps.record(sentAtNs, farReceivedAtNs, farSentAtNs, receivedAtNs)
    else this.#take(farReceivedAtNs - sentAtNs, receivedAtNs - farSentAtNs)
  }

  /** The run is over: what was kept becomes delays. */
  finish(): void {
    const stamps = this.#stamps
    const strip = stamps && offsetStrip(stamps)
    if (!stamps || !strip) return
    let errorNs = 0
    for (let echo = 0; echo < stamps.count; echo++) {
      const departure = at(strip.atDeparture, echo)
      const arrival = at(strip.atArrival, echo)
      const forwardNs = (stamps.upperNs[echo] as number) - departure.middleNs
      const reverseNs = arrival.middleNs - (stamps.lowerNs[echo] as number)
      this.#take(Math.round(forwardNs), Math.round(reverseNs))
      errorNs = Math.max(errorNs, errorOf(forwardNs, departure.errorNs), errorOf(reverseNs, arrival.errorNs))
    }
    // Each delay was rounded to whole ns.
    this.#clockErrorNs = Math.ceil(errorNs) + 1
  }

  #take(forwardNs: number, reverseNs: number): void {
    if (!(forwardNs >= 0 && reverseNs >= 0)) return
    this.forward.record(forwardNs)
    this.reverse.record(reverseNs)
  }

  /** Adds another finished run. */
  merge(other: OneWayDelays): void {
    this.forward.merge(other.forward)
    this.reverse.merge(other.reverse)
    const errorNs = Math.max(this.#clockErrorNs ?? 0, other.#clockErrorNs ?? 0)
    this.#clockErrorNs = errorNs > 0 ? errorNs : null
  }

  /** No delay is off by more, ns; null where there is none. */
  get clockErrorNs(): number | null {
    return this.forward.max === null ? null : this.#clockErrorNs
  }
}

function at({ lowerNs, upperNs }: Bounds, echo: number): { middleNs: number; errorNs: number } {
  const [lower, upper] = [lowerNs[echo] as number, upperNs[echo] as number]
  return { middleNs: (lower + upper) / 2, errorNs: (upper - lower) / 2 }
}

/** The delay itself was told by the far clock, whose rate is not quite this one's. */
function errorOf(delayNs: number, offsetErrorNs: number): number {
  return offsetErrorNs + (MOST_DRIFT * (Math.max(0, delayNs) + offsetErrorNs)) / (1 - MOST_DRIFT)
}
