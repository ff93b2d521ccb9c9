import { type ArrivalCounts, addArrivals, noArrivals, ratioOf } from './arrival-counts.ts'
import type { Arrivals } from './arrivals.ts'
import type { MetricValues } from './metrics.ts'

/** What each way alone lost, doubled and reordered: forward by the far side's count, reverse by its own numbering. */
export class EachWay {
  readonly #forward: ArrivalCounts = noArrivals()
  readonly #reverse: ArrivalCounts = noArrivals()
  #hasNumbers = true

  /**
   * One flow, at its end.
   * @param far what the far side counted: messages that reached it, and as `sentCount` its answers
   * @param answered messages whose answer came, each once
   * @param answers the answers that came, by the far side's numbers; empty where it gave none
   */
  account(sentCount: number, far: ArrivalCounts, answered: number, answers: Arrivals): void {
    addArrivals(this.#forward, { ...far, sentCount, lostCount: Math.max(0, sentCount - far.receivedCount) })
    if (answers.highestSeq !== null) {
      answers.finish(far.sentCount)
      addArrivals(this.#reverse, answers)
      return
    }
    if (answered > 0) this.#hasNumbers = false
    const lostCount = Math.max(0, far.receivedCount - answered)
    addArrivals(this.#reverse, { ...noArrivals(), sentCount: far.receivedCount, lostCount })
  }

  merge(other: EachWay): void {
    addArrivals(this.#forward, other.#forward)
    addArrivals(this.#reverse, other.#reverse)
    this.#hasNumbers &&= other.#hasNumbers
  }

  values(): MetricValues {
    const forward = this.#forward
    const reverse = this.#reverse
    const ofNumbered = (count: number) => (this.#hasNumbers ? ratioOf(count, reverse.receivedCount) : null)
    return {
      forwardLossRatio: ratioOf(forward.lostCount, forward.sentCount),
      reverseLossRatio: ratioOf(reverse.lostCount, reverse.sentCount),
      forwardDuplicateRatio: ratioOf(forward.duplicateCount, forward.receivedCount),
      reverseDuplicateRatio: ofNumbered(reverse.duplicateCount),
      forwardReorderedRatio: ratioOf(forward.reorderedCount, forward.receivedCount),
      reverseReorderedRatio: ofNumbered(reverse.reorderedCount),
    }
  }
}
