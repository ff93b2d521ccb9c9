import type { MetricId } from '../measure/metrics.ts'
import type { ResultDocument } from '../result/schema.ts'

/** One line of the table. */
export interface Row {
  readonly group: string
  readonly label: string
  /** How a note calls it, where the label needs its group to be understood. */
  readonly name: string
  readonly workload: string
  readonly metric: MetricId
}

/** A line that a table may have. */
export interface RowRule extends Omit<Row, 'name'> {
  readonly name?: string
  /**
   * Left out unless a transport has a value (`valued`), one other than 0 (`nonzero`), or one that could be compared
   * block by block (`compared`). Default: never left out.
   */
  readonly only?: 'valued' | 'nonzero' | 'compared'
  readonly when?: (document: ResultDocument) => boolean
}
