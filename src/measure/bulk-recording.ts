import { type ArrivalCounts, addArrivals, arrivalMetrics, noArrivals } from './arrival-counts.ts'
import { Connections } from './connections.ts'
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
  #finished = false

  /** What the receiver of one flow and direction got. */
  delivered(direction: 'up' | 'down', intake: Intake, counts: ArrivalCounts): void {
    const transfer = direction === 'up' ? this.#up : this.#down
    transfer.add(intake)
    addArrivals(this.#counts, counts)
  }

  finish(): void {
    if (this.#finished) return
    this.#finished = true
    this.connections.finish()
    this.#up.finish()
    this.#down.finish()
  }

  merge(other: BulkRecording): void {
    this.#up.merge(other.#up)
    this.#down.merge(other.#down)
    addArrivals(this.#counts, other.#counts)
    this.connections.merge(other.connections)
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
