import { type ArrivalCounts, addArrivals, arrivalMetrics, noArrivals, ratioOf } from './arrival-counts.ts'
import { Arrivals, DUPLICATE, STALE } from './arrivals.ts'
import { DelayVariation } from './delay-variation.ts'
import { Histogram } from './histogram.ts'
import type { MetricValues } from './metrics.ts'
import { type Recording, ToolCost } from './recording.ts'

/** What echo measures: round trips, and what became of every message. */
export class EchoRecording implements Recording<EchoRecording> {
  readonly cost = new ToolCost()
  readonly #rtt = new Histogram()
  readonly #forward: Histogram | undefined
  readonly #reverse: Histogram | undefined
  readonly #clockErrorNs: number | null
  readonly #variation: DelayVariation
  readonly #flows: Flow[]
  readonly #counts: ArrivalCounts = noArrivals()
  #lateCount = 0
  #farReceivedCount: number | null = null
  #finished = false

  /** `clockErrorNs`: how far apart sender's and server's clocks may be; null where unknown, and no one-way delay then. */
  constructor(flows: number, windowSeqs: number, clockErrorNs: number | null) {
    this.#flows = Array.from({ length: flows }, () => new Flow(windowSeqs))
    this.#clockErrorNs = clockErrorNs
    if (clockErrorNs !== null) {
      this.#forward = new Histogram()
      this.#reverse = new Histogram()
    }
    this.#variation = new DelayVariation(1)
  }

  /** A message left, `lateNs` after it was due. */
  sent(flow: number, lateNs: number): void {
    ;(this.#flows[flow] as Flow).sentCount++
    this.cost.sendError.record(lateNs)
    this.cost.messageCount++
  }

  /** An answer arrived in time. False: a copy of one that had arrived already. */
  answered(flow: number, seq: number, rttNs: number): boolean {
    const at = this.#flows[flow] as Flow
    const arrival = at.arrivals.record(seq)
    if (arrival === DUPLICATE || arrival === STALE) return false
    this.#rtt.record(rttNs)
    at.variation.record(seq, rttNs)
    return true
  }

  /** The server's stamps of an answer, where both clocks are one. */
  oneWay(forwardNs: number, reverseNs: number): void {
    this.#forward?.record(forwardNs)
    this.#reverse?.record(reverseNs)
  }

  /** An answer arrived after the loss timeout: it stays lost. */
  late(): void {
    this.#lateCount++
  }

  sentCount(flow: number): number {
    return (this.#flows[flow] as Flow).sentCount
  }

  /** Messages of a flow, each once, that reached the server. */
  reachedServer(receivedCount: number): void {
    this.#farReceivedCount = (this.#farReceivedCount ?? 0) + receivedCount
  }

  finish(): void {
    if (this.#finished) return
    this.#finished = true
    for (const { arrivals, sentCount, variation } of this.#flows) {
      arrivals.finish(sentCount)
      addArrivals(this.#counts, { ...countsOf(arrivals), sentCount })
      this.#variation.merge(variation)
    }
  }

  merge(other: EchoRecording): void {
    this.#rtt.merge(other.#rtt)
    if (other.#forward) this.#forward?.merge(other.#forward)
    if (other.#reverse) this.#reverse?.merge(other.#reverse)
    this.#variation.merge(other.#variation)
    addArrivals(this.#counts, other.#counts)
    this.#lateCount += other.#lateCount
    this.#farReceivedCount =
      this.#farReceivedCount === null || other.#farReceivedCount === null
        ? null
        : this.#farReceivedCount + other.#farReceivedCount
    this.cost.merge(other.cost)
  }

  values(): MetricValues {
    const rtt = this.#rtt
    const counts = this.#counts
    const far = this.#farReceivedCount
    return {
      rttMinNs: rtt.min,
      rttMeanNs: rtt.mean,
      rttP50Ns: rtt.percentile(0.5),
      rttP90Ns: rtt.percentile(0.9),
      rttP99Ns: rtt.percentile(0.99),
      rttP999Ns: rtt.percentile(0.999),
      rttMaxNs: rtt.max,
      forwardDelayP50Ns: this.#forward?.percentile(0.5) ?? null,
      forwardDelayP99Ns: this.#forward?.percentile(0.99) ?? null,
      reverseDelayP50Ns: this.#reverse?.percentile(0.5) ?? null,
      reverseDelayP99Ns: this.#reverse?.percentile(0.99) ?? null,
      clockErrorNs: this.#clockErrorNs,
      ipdvP50Ns: this.#variation.histogram.percentile(0.5),
      ipdvP99Ns: this.#variation.histogram.percentile(0.99),
      interarrivalJitterNs: this.#variation.jitter.value,
      ...arrivalMetrics(counts),
      forwardLossRatio: far === null ? null : ratioOf(counts.sentCount - far, counts.sentCount),
      reverseLossRatio: far === null ? null : ratioOf(far - counts.receivedCount, far),
      lateCount: this.#lateCount,
      ...this.cost.values(),
    }
  }

  curve(): number[] | null {
    return this.#rtt.quantiles(99)
  }

  members(): null {
    return null
  }
}

class Flow {
  sentCount = 0
  readonly arrivals: Arrivals
  readonly variation: DelayVariation

  constructor(windowSeqs: number) {
    this.arrivals = new Arrivals(windowSeqs)
    this.variation = new DelayVariation(windowSeqs)
  }
}

/** The counts of a finished receiver, but for what was sent to it. */
export function countsOf(arrivals: Arrivals): Omit<ArrivalCounts, 'sentCount'> {
  return {
    receivedCount: arrivals.receivedCount,
    duplicateCount: arrivals.duplicateCount,
    reorderedCount: arrivals.reorderedCount,
    extentMax: arrivals.extentMax,
    lostCount: arrivals.lostCount,
    burstCount: arrivals.burstCount,
    burstMax: arrivals.burstMax,
  }
}
