import { ratioOf } from './arrival-counts.ts'
import { Histogram } from './histogram.ts'
import type { MetricValues } from './metrics.ts'
import { type Recording, ToolCost } from './recording.ts'

/** What connect measures: the price of a conversation's beginning and end. */
export class ConnectRecording implements Recording<ConnectRecording> {
  readonly cost = new ToolCost()
  readonly #connect = new Histogram()
  readonly #firstReply = new Histogram()
  readonly #close = new Histogram()
  #dialCount = 0
  #replyCount = 0
  #completedCount = 0
  #elapsedNs = 0

  dialled(): void {
    this.#dialCount++
    this.cost.messageCount++
  }

  connected(sinceDialNs: number): void {
    this.#connect.record(sinceDialNs)
  }

  replied(sinceDialNs: number): void {
    this.#replyCount++
    this.#firstReply.record(sinceDialNs)
  }

  closed(sinceCloseNs: number, replied: boolean): void {
    this.#close.record(sinceCloseNs)
    if (replied) this.#completedCount++
  }

  /** From the first dial to the last close. */
  ran(elapsedNs: number): void {
    this.#elapsedNs = elapsedNs
  }

  finish(): void {}

  merge(other: ConnectRecording): void {
    this.#connect.merge(other.#connect)
    this.#firstReply.merge(other.#firstReply)
    this.#close.merge(other.#close)
    this.#dialCount += other.#dialCount
    this.#replyCount += other.#replyCount
    this.#completedCount += other.#completedCount
    this.#elapsedNs += other.#elapsedNs
    this.cost.merge(other.cost)
  }

  values(): MetricValues {
    return {
      connectP50Ns: this.#connect.percentile(0.5),
      connectP99Ns: this.#connect.percentile(0.99),
      firstReplyP50Ns: this.#firstReply.percentile(0.5),
      closeP50Ns: this.#close.percentile(0.5),
      connectionsPerSec: this.#elapsedNs > 0 ? this.#completedCount / (this.#elapsedNs / 1e9) : null,
      lossRatio: ratioOf(this.#dialCount - this.#replyCount, this.#dialCount),
      sentCount: this.#dialCount,
      receivedCount: this.#replyCount,
      ...this.cost.values(),
    }
  }

  curve(): null {
    return null
  }

  members(): null {
    return null
  }
}
