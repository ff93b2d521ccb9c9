import { isMetricId, metricOf } from '../../measure/metrics.ts'
import type { Change, DiffDocument } from '../../result/diff.ts'
import { csvLine, csvText } from '../csv.ts'

const header = [
  'transport',
  'workload',
  'metric',
  'unit',
  'a',
  'b',
  'ratio',
  'difference',
  'low',
  'high',
  'outcome',
  'regression',
  'reason',
]

/** One row for each metric. Values are unrounded; a missing one is empty. */
export function diffCsv({ changes }: DiffDocument): string {
  return [header, ...changes.map(rowOf)].map(csvLine).join('')
}

function rowOf(change: Change): string[] {
  const { transport, workload, metric, a, b, ratio, difference, ci95, outcome, regression, reason } = change
  const figures = [a.value, b.value, ratio, difference, ci95?.[0] ?? null, ci95?.[1] ?? null]
  return [
    csvText(transport),
    csvText(workload),
    csvText(metric),
    isMetricId(metric) ? metricOf(metric).unit : '',
    ...figures.map((value) => (value === null ? '' : String(value))),
    outcome,
    String(regression),
    csvText(reason ?? ''),
  ]
}
