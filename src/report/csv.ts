import { isMetricId, metricOf } from '../measure/metrics.ts'
import type { LinkAccount, Metrics, ResultDocument, Run } from '../result/schema.ts'
import { printable } from './text.ts'

const header = ['transport', 'workload', 'block', 'counted', 'engine', 'metric', 'unit', 'value', 'error']

/**
 * One row for each run and metric, in a lab also for each count of its link (`link.up.lostCount`), quoted as RFC 4180 has it, lines ended as on this kind of terminal (LF).
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
  const figures = [...metricFigures(run.metrics), ...(run.link === undefined ? [] : linkFigures(run.link))]
  if (figures.length === 0) return [[...begin, '', '', '', error]]
  return figures.map(([id, unit, value]) => [
    ...begin,
    csvText(id),
    unit,
    value === null ? '' : String(value),
    error,
  ])
}

type Figure = readonly [id: string, unit: string, value: number | null]

const metricFigures = (metrics: Metrics): Figure[] =>
  Object.entries(metrics).map(([id, value]) => [id, isMetricId(id) ? metricOf(id).unit : '', value])

/** By their path in the document; what the link does not count, or had none of, is in no row. */
function linkFigures({ up, down, ...whole }: LinkAccount): Figure[] {
  const figures = (path: string, counts: object): Figure[] =>
    Object.entries(counts).map(([key, value]) => [
      `${path}.${key}`,
      key === 'byteCount' ? 'bytes' : 'count',
      value,
    ])
  return [...figures('link.up', up), ...figures('link.down', down), ...figures('link', whole)]
}

/** A spreadsheet would run what begins with one of these as a formula. */
const FORMULA = /^[=+\-@]/

/** A cell of text that a document chose. */
export function csvText(raw: string): string {
  const plain = printable(raw)
  const safe = FORMULA.test(plain) ? `'${plain}` : plain
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
