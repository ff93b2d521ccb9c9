import { ratioOf } from './arrival-counts.ts'
import { Histogram } from './histogram.ts'
import type { MetricValues } from './metrics.ts'

/** What the log of a link says of one run or of several: what was on the wire, and what waited at its end. */
export class WireRecording {
  readonly #blocked = new Histogram()
  #blockedCount = 0
  #arrivedCount = 0
  #packetCount = 0
  #byteCount = 0
  #messageCount = 0
  /** Null where nothing was sent that TCP could send again. */
  #retransmitCount: number | null = null
  readonly #connect = new Mean()
  readonly #close = new Mean()
  #isWhole = true
  #areMessagesKnown = true

  /** A message that arrived, and lay so long at the far host before it could be read. */
  arrived(blockedNs: number): void {
    this.#arrivedCount++
    if (blockedNs > 0) this.#blockedCount++
    this.#blocked.record(blockedNs)
  }

  /** Packets and their bytes, both ways, while so many messages were sent. */
  carried(packetCount: number, byteCount: number, messageCount: number): void {
    this.#packetCount += packetCount
    this.#byteCount += byteCount
    this.#messageCount += messageCount
  }

  retransmitted(count: number): void {
    this.#retransmitCount = (this.#retransmitCount ?? 0) + count
  }

  /** One connection; null for a beginning or an end that it did not have. */
  connection(connectCount: number | null, closeCount: number | null): void {
    this.#connect.add(connectCount)
    this.#close.add(closeCount)
  }

  /** Packets are missing in the log: a part would be taken for the whole. */
  isIncomplete(): void {
    this.#isWhole = false
  }

  /** Packets were not captured as far as it takes to tell all messages. */
  messagesUnknown(): void {
    this.#areMessagesKnown = false
  }

  merge(other: WireRecording): void {
    this.#blocked.merge(other.#blocked)
    this.#blockedCount += other.#blockedCount
    this.#arrivedCount += other.#arrivedCount
    this.carried(other.#packetCount, other.#byteCount, other.#messageCount)
    if (other.#retransmitCount !== null) this.retransmitted(other.#retransmitCount)
    this.#connect.merge(other.#connect)
    this.#close.merge(other.#close)
    this.#isWhole &&= other.#isWhole
    this.#areMessagesKnown &&= other.#areMessagesKnown
  }

  values(): MetricValues {
    const isKnown = this.#isWhole && this.#areMessagesKnown
    const ofMessages = <T>(value: T): T | null => (isKnown ? value : null)
    const ofPackets = <T>(value: T): T | null => (this.#isWhole ? value : null)
    return {
      holBlockedP50Ns: ofMessages(this.#blocked.percentile(0.5)),
      holBlockedP99Ns: ofMessages(this.#blocked.percentile(0.99)),
      holBlockedRatio: ofMessages(ratioOf(this.#blockedCount, this.#arrivedCount)),
      wirePacketsPerMessage: ofMessages(ratioOf(this.#packetCount, this.#messageCount)),
      wireBytesPerMessage: ofMessages(ratioOf(this.#byteCount, this.#messageCount)),
      retransmitCount: ofPackets(this.#retransmitCount),
      connectPackets: ofPackets(this.#connect.value),
      closePackets: ofPackets(this.#close.value),
    }
  }
}

class Mean {
  #sum = 0
  #count = 0

  add(value: number | null): void {
    if (value === null) return
    this.#sum += value
    this.#count++
  }

  merge(other: Mean): void {
    this.#sum += other.#sum
    this.#count += other.#count
  }

  get value(): number | null {
    return ratioOf(this.#sum, this.#count)
  }
}
