import { isMetricId, metricOf } from '../measure/metrics.ts'
import type { ResultDocument, Run } from '../result/schema.ts'
import { printable } from './text.ts'

const header = ['transport', 'workload', 'block', 'counted', 'engine', 'metric', 'unit', 'value', 'error']

/**
 * One row for each run and metric, quoted as RFC 4180 has it, lines ended as on this kind of terminal (LF).
 * A failed run without figures has one row, for its error. Values are unrounded; a missing one is empty.
 */
export function csv(document: ResultDocument): string {
  return [header, ...document.runs.flatMap(rowsOf)].map(csvLine).join('')
}

export const csvLine = (cells: readonly string[]): string => `${cells.join(',')}\n`

function rowsOf(run: Run): string[][] {
  const counted = run.block >= 1 && run.error === null
  const begin = [
    csvText(run.transport),
    csvText(run.workload),
    String(run.block),
    String(counted),
    csvText(run.engine),
  ]
  const error = csvText(run.error ?? '')
  const entries = Object.entries(run.metrics)
  if (entries.length === 0) return [[...begin, '', '', '', error]]
  return entries.map(([id, value]) => [
    ...begin,
    csvText(id),
    isMetricId(id) ? metricOf(id).unit : '',
    value === null ? '' : String(value),
    error,
  ])
}

/** A spreadsheet would run what begins with one of these as a formula. */
const FORMULA = /^[=+\-@]/

/** A cell of text that a document chose. */
export function csvText(raw: string): string {
  const plain = printable(raw)
  const safe = FORMULA.test(plain) ? `'${plain}` : plain
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
