import { type ArrivalCounts, addArrivals, arrivalMetrics, noArrivals } from './arrival-counts.ts'
import { Arrivals, DUPLICATE, STALE } from './arrivals.ts'
import { Completion } from './completion.ts'
import { Connections } from './connections.ts'
import { Corrupt } from './corrupt.ts'
import { DelayVariation } from './delay-variation.ts'
import { EachWay } from './each-way.ts'
import { Histogram } from './histogram.ts'
import type { MetricValues } from './metrics.ts'
import { OneWayDelays } from './one-way-delays.ts'
import { type Recording, ToolCost } from './recording.ts'

/** What echo measures: round trips, and what became of every message. */
export class EchoRecording implements Recording<EchoRecording> {
  readonly cost = new ToolCost()
  readonly connections = new Connections()
  readonly #rtt = new Histogram()
  readonly #wireRtt = new Histogram()
  readonly #host = new Histogram()
  readonly #oneWay: OneWayDelays
  readonly #eachWay = new EachWay()
  readonly #variation: DelayVariation
  readonly #flows: Flow[]
  readonly #counts: ArrivalCounts = noArrivals()
  #lateCount = 0
  readonly #corrupt = new Corrupt()
  readonly #completion = new Completion()
  #finished = false

  /** `sameClockErrorNs`: how far apart both ends may read the one clock; null where each has a clock of its own. */
  constructor(flows: number, windowSeqs: number, sameClockErrorNs: number | null) {
    this.#flows = Array.from({ length: flows }, () => new Flow(windowSeqs))
    this.#oneWay = new OneWayDelays(sameClockErrorNs)
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

  /** Of a round trip the message was so long away from this host, by its kernel; what it tells of another is left out. */
  away(awayNs: number, rttNs: number): void {
    if (!(awayNs >= 0 && awayNs <= rttNs)) return
    this.#wireRtt.record(awayNs)
    this.#host.record(rttNs - awayNs)
  }

  /** The four times of an answered message: the first and the last of this host's clock, the others of the server's. */
  stamped(sentAtNs: number, farReceivedAtNs: number, farSentAtNs: number, receivedAtNs: number): void {
    this.#oneWay.record(sentAtNs, farReceivedAtNs, farSentAtNs, receivedAtNs)
  }

  /** An answer came, in time or late, the first copy or another; `answerNumber` is the server's, NaN where it gave none. */
  answerCame(flow: number, answerNumber: number): void {
    if (!Number.isNaN(answerNumber)) (this.#flows[flow] as Flow).answers.record(answerNumber)
  }

  /** An answer arrived after the loss timeout: it stays lost. */
  late(): void {
    this.#lateCount++
  }

  /** Every answer is checked. */
  verifies(): void {
    this.#corrupt.begin()
  }

  /** Every message of a fixed number was answered, so long after the first left. */
  completed(elapsedNs: number): void {
    this.#completion.record(elapsedNs)
  }

  /** An answer came that is not what was sent: it stays lost. */
  corrupt(): void {
    this.#corrupt.add(1)
  }

  sentCount(flow: number): number {
    return (this.#flows[flow] as Flow).sentCount
  }

  /** Every answer that the server has sent so far has come; true too where it numbers none. */
  hasAllAnswers(flow: number, farSentCount: number): boolean {
    const { answers } = this.#flows[flow] as Flow
    return answers.highestSeq === null || answers.receivedCount >= farSentCount
  }

  /** What the server counted of a flow in the end, and as `sentCount` its answers. */
  account(flow: number, far: ArrivalCounts): void {
    const { sentCount, arrivals, answers } = this.#flows[flow] as Flow
    this.#eachWay.account(sentCount, far, arrivals.receivedCount, answers)
  }

  finish(): void {
    if (this.#finished) return
    this.#finished = true
    this.connections.finish()
    for (const { arrivals, sentCount, variation } of this.#flows) {
      arrivals.finish(sentCount)
      addArrivals(this.#counts, { ...countsOf(arrivals), sentCount })
      this.#variation.merge(variation)
    }
    this.#oneWay.finish()
  }

  merge(other: EchoRecording): void {
    this.#rtt.merge(other.#rtt)
    this.#wireRtt.merge(other.#wireRtt)
    this.#host.merge(other.#host)
    this.#oneWay.merge(other.#oneWay)
    this.#eachWay.merge(other.#eachWay)
    this.#variation.merge(other.#variation)
    addArrivals(this.#counts, other.#counts)
    this.#lateCount += other.#lateCount
    this.connections.merge(other.connections)
    this.#corrupt.merge(other.#corrupt)
    this.#completion.merge(other.#completion)
    this.cost.merge(other.cost)
  }

  values(): MetricValues {
    const rtt = this.#rtt
    const { forward, reverse, clockErrorNs } = this.#oneWay
    return {
      rttMinNs: rtt.min,
      rttMeanNs: rtt.mean,
      rttP50Ns: rtt.percentile(0.5),
      rttP90Ns: rtt.percentile(0.9),
      rttP99Ns: rtt.percentile(0.99),
      rttP999Ns: rtt.percentile(0.999),
      rttMaxNs: rtt.max,
      wireRttMinNs: this.#wireRtt.min,
      wireRttP50Ns: this.#wireRtt.percentile(0.5),
      wireRttP99Ns: this.#wireRtt.percentile(0.99),
      hostNs: this.#host.percentile(0.5),
      forwardDelayP50Ns: forward.percentile(0.5),
      forwardDelayP99Ns: forward.percentile(0.99),
      reverseDelayP50Ns: reverse.percentile(0.5),
      reverseDelayP99Ns: reverse.percentile(0.99),
      clockErrorNs,
      ipdvP50Ns: this.#variation.histogram.percentile(0.5),
      ipdvP99Ns: this.#variation.histogram.percentile(0.99),
      interarrivalJitterNs: this.#variation.jitter.value,
      ...arrivalMetrics(this.#counts),
      ...this.#eachWay.values(),
      lateCount: this.#lateCount,
      ...this.connections.values(),
      ...this.#corrupt.values(this.#counts.sentCount),
      ...this.#completion.values(),
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
  /** By the server's own numbers. */
  readonly answers: Arrivals
  readonly variation: DelayVariation

  constructor(windowSeqs: number) {
    this.arrivals = new Arrivals(windowSeqs)
    this.answers = new Arrivals(windowSeqs)
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
