import type { Connections } from './connections.ts'
import { Histogram } from './histogram.ts'
import type { MetricValues } from './metrics.ts'

/** What a workload writes down while it runs; figures are computed once, at the end. */
export interface Recording<Same = unknown> {
  readonly cost: ToolCost
  /** Those that the messages of sessions go over, where a transport has connections. */
  readonly connections?: Connections | undefined
  /** Closes the accounting: what has not arrived by now is lost. Idempotent. */
  finish(): void
  /** Adds another finished recording of the same kind. */
  merge(other: Same): void
  /** The figures of a finished recording. */
  values(): MetricValues
  /** Delays in ns at evenly spaced percentiles from 1 to 99; null where the workload has none. */
  curve(): number[] | null
  /** Figures of each member (chat), else null. */
  members(): MetricValues[] | null
}

/** What the tool itself cost, and how late it was. */
export class ToolCost {
  /** Sent after it was due, ns. */
  readonly sendError = new Histogram()
  /** A ready callback of the event loop waited, ns. */
  readonly loopLag = new Histogram()
  /** Processor time of the process, ns, less idle turning. */
  cpuNs = 0
  messageCount = 0

  merge(other: ToolCost): void {
    this.sendError.merge(other.sendError)
    this.loopLag.merge(other.loopLag)
    this.cpuNs += other.cpuNs
    this.messageCount += other.messageCount
  }

  values(): MetricValues {
    return {
      cpuNsPerMessage: this.cpuNs > 0 && this.messageCount > 0 ? this.cpuNs / this.messageCount : null,
      loopLagP99Ns: this.loopLag.percentile(0.99),
      sendErrorP99Ns: this.sendError.percentile(0.99),
    }
  }
}
