import { type ArrivalCounts, addArrivals, arrivalMetrics, noArrivals, ratioOf } from './arrival-counts.ts'
import { Completion } from './completion.ts'
import { Connections } from './connections.ts'
import { Corrupt } from './corrupt.ts'
import { type Intake, Transfer } from './intake.ts'
import type { MetricValues } from './metrics.ts'
import { type Recording, ToolCost } from './recording.ts'

/** What bulk measures: goodput by the receiver's count, and what was lost on the way. */
export class BulkRecording implements Recording<BulkRecording> {
  readonly cost = new ToolCost()
  readonly connections = new Connections()
  readonly #up = new Transfer()
  readonly #down = new Transfer()
  readonly #counts: ArrivalCounts = noArrivals()
  readonly #corrupt = new Corrupt()
  readonly #completion = new Completion()
  readonly #wholeCount: number | undefined
  #bytes = 0
  /** Null before a receiver has told. */
  #unreadBytes: number | null = null
  #finished = false

  /** `wholeCount`: messages of all flows and ways, where their number is fixed. */
  constructor(wholeCount?: number) {
    this.#wholeCount = wholeCount
  }

  /** What the receiver of one flow and direction got. */
  delivered(direction: 'up' | 'down', intake: Intake, counts: ArrivalCounts): void {
    const transfer = direction === 'up' ? this.#up : this.#down
    transfer.add(intake)
    addArrivals(this.#counts, counts)
  }

  /** The receiver of one flow checked every message. `corruptCount` came not as they were sent: they stay lost. */
  verified(corruptCount: number): void {
    this.#corrupt.begin()
    this.#corrupt.add(corruptCount)
  }

  /** Of so many bytes that a receiver counted, it never had `unreadBytes` in memory. */
  read(bytes: number, unreadBytes: number): void {
    this.#bytes += bytes
    this.#unreadBytes = (this.#unreadBytes ?? 0) + Math.min(unreadBytes, bytes)
  }

  finish(): void {
    if (this.#finished) return
    this.#finished = true
    this.connections.finish()
    const tookNs = Math.max(this.#up.finish(), this.#down.finish())
    if (this.#counts.receivedCount === this.#wholeCount) this.#completion.record(tookNs)
  }

  merge(other: BulkRecording): void {
    this.#up.merge(other.#up)
    this.#down.merge(other.#down)
    addArrivals(this.#counts, other.#counts)
    this.connections.merge(other.connections)
    this.#corrupt.merge(other.#corrupt)
    this.#completion.merge(other.#completion)
    if (other.#unreadBytes !== null) this.read(other.#bytes, other.#unreadBytes)
    this.cost.merge(other.cost)
  }

  values(): MetricValues {
    const up = this.#up.bitsPerSec
    const down = this.#down.bitsPerSec
    return {
      goodputBitsPerSec: sum(up, down),
      goodputUpBitsPerSec: up,
      goodputDownBitsPerSec: down,
      messagesPerSec: sum(this.#up.messagesPerSec, this.#down.messagesPerSec),
      ...arrivalMetrics(this.#counts),
      ...this.connections.values(),
      ...this.#corrupt.values(this.#counts.sentCount),
      ...this.#completion.values(),
      unreadRatio: this.#unreadBytes === null ? null : ratioOf(this.#unreadBytes, this.#bytes),
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

function sum(a: number | null, b: number | null): number | null {
  return a === null ? b : a + (b ?? 0)
}
