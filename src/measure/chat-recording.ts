import { type ArrivalCounts, addArrivals, arrivalMetrics, noArrivals } from './arrival-counts.ts'
import { Arrivals, DUPLICATE, STALE } from './arrivals.ts'
import { Connections } from './connections.ts'
import { countsOf } from './echo-recording.ts'
import { Histogram } from './histogram.ts'
import type { MetricValues } from './metrics.ts'
import { ArrivalLog, orderAgreement } from './order-agreement.ts'
import { type Recording, ToolCost } from './recording.ts'

/** Messages whose order is compared between members; what comes after them in a run is not. */
const LOG_LENGTH = 1 << 16

/** What chat measures: how soon, how completely and in which order every member heard every member. */
export class ChatRecording implements Recording<ChatRecording> {
  readonly cost = new ToolCost()
  readonly connections = new Connections()
  readonly #members: Member[]
  readonly #sentCount: number[]
  readonly #delivery = new Histogram()
  readonly #counts: ArrivalCounts = noArrivals()
  #lateCount = 0
  #agreedPairs = 0
  #pairs = 0
  #finished = false

  constructor(members: number, windowSeqs: number) {
    this.#members = Array.from({ length: members }, () => new Member(members, windowSeqs))
    this.#sentCount = Array.from({ length: members }, () => 0)
  }

  sent(member: number, lateNs: number): void {
    this.#sentCount[member] = (this.#sentCount[member] as number) + 1
    this.cost.sendError.record(lateNs)
    this.cost.messageCount++
  }

  sentCount(member: number): number {
    return this.#sentCount[member] as number
  }

  /** `member` heard message `seq` of `speaker`. False: a copy of one it had heard. */
  heard(member: number, speaker: number, seq: number, delayNs: number): boolean {
    const at = this.#members[member] as Member
    const arrival = (at.arrivals[speaker] as Arrivals).record(seq)
    if (arrival === DUPLICATE || arrival === STALE) return false
    at.delivery.record(delayNs)
    at.log.record(seq * this.#members.length + speaker)
    this.cost.messageCount++
    return true
  }

  late(): void {
    this.#lateCount++
  }

  finish(): void {
    if (this.#finished) return
    this.#finished = true
    this.connections.finish()
    for (const member of this.#members) {
      member.finish(this.#sentCount)
      this.#delivery.merge(member.delivery)
      addArrivals(this.#counts, member.counts)
    }
    const agreement = orderAgreement(this.#members.map((member) => member.log))
    if (agreement) {
      this.#agreedPairs = agreement.agreed
      this.#pairs = agreement.pairs
    }
  }

  merge(other: ChatRecording): void {
    this.#delivery.merge(other.#delivery)
    addArrivals(this.#counts, other.#counts)
    this.#lateCount += other.#lateCount
    this.#agreedPairs += other.#agreedPairs
    this.#pairs += other.#pairs
    for (const [index, member] of this.#members.entries()) {
      member.delivery.merge((other.#members[index] as Member).delivery)
      addArrivals(member.counts, (other.#members[index] as Member).counts)
    }
    this.connections.merge(other.connections)
    this.cost.merge(other.cost)
  }

  values(): MetricValues {
    return {
      deliveryP50Ns: this.#delivery.percentile(0.5),
      deliveryP99Ns: this.#delivery.percentile(0.99),
      orderAgreementRatio: this.#pairs > 0 ? this.#agreedPairs / this.#pairs : null,
      ...arrivalMetrics(this.#counts),
      sentCount: this.#counts.sentCount / this.#members.length,
      lateCount: this.#lateCount,
      ...this.connections.values(),
      ...this.cost.values(),
    }
  }

  curve(): number[] | null {
    return this.#delivery.quantiles(99)
  }

  members(): MetricValues[] {
    return this.#members.map((member) => ({
      deliveryP50Ns: member.delivery.percentile(0.5),
      deliveryP99Ns: member.delivery.percentile(0.99),
      ...arrivalMetrics(member.counts),
    }))
  }
}

/** What one member heard, of each speaker. */
class Member {
  readonly arrivals: Arrivals[]
  readonly delivery = new Histogram()
  readonly log = new ArrivalLog(LOG_LENGTH)
  readonly counts: ArrivalCounts = noArrivals()

  constructor(speakers: number, windowSeqs: number) {
    this.arrivals = Array.from({ length: speakers }, () => new Arrivals(windowSeqs))
  }

  finish(sentCounts: readonly number[]): void {
    for (const [speaker, arrivals] of this.arrivals.entries()) {
      const sentCount = sentCounts[speaker] as number
      arrivals.finish(sentCount)
      addArrivals(this.counts, { ...countsOf(arrivals), sentCount })
    }
  }
}
