import { metrics as catalogue, isMetricId } from '../../measure/metrics.ts'
import type { Verdict } from '../../result/schema.ts'
import type { SweepCell, SweepDocument } from '../../result/sweep-schema.ts'
import { csvLine, csvText } from '../csv.ts'

/** What of a verdict stands beside the figure that it is about. */
const judged = ['estimate', 'low95', 'high95', 'outcome'] as const

/**
 * One row for each cell, workload and transport: where it is, then every metric of the sweep, the median over its blocks. A
 * metric that is compared is followed by its verdict against the first transport: the ratio (of shares the difference),
 * its interval, and the outcome. Values are unrounded; a missing one is empty.
 */
export function sweepCsv(document: SweepDocument): string {
  const { cells, parameters } = document
  const ids = parameters.map(({ id }) => id)
  const metrics = metricsOf(cells)
  const compared = new Set(cells.flatMap((cell) => cell.verdicts.map(({ metric }) => metric)))
  const columns = metrics.flatMap((id) => [
    csvText(id),
    ...(compared.has(id) ? judged.map((name) => csvText(`${id} ${name}`)) : []),
  ])
  const header = ['cell', ...ids.map(csvText), 'workload', 'transport', 'blocks', ...columns]
  const rows = cells.flatMap((cell, index) =>
    cell.summary.map((summary) => [
      String(index + 1),
      ...ids.map((id) => csvText(String(cell.parameters[id] ?? ''))),
      csvText(summary.workload),
      csvText(summary.transport),
      String(summary.blocks),
      ...metrics.flatMap((id) => {
        const verdict = verdictOf(cell, summary.workload, summary.transport, id)
        return [number(summary.metrics[id]), ...(compared.has(id) ? verdictCells(verdict) : [])]
      }),
    ]),
  )
  return [header, ...rows].map(csvLine).join('')
}

/** In the order of the catalogue, and what a newer version has after them. */
function metricsOf(cells: readonly SweepCell[]): string[] {
  const found = new Set(
    cells.flatMap(({ summary }) => summary.flatMap(({ metrics }) => Object.keys(metrics))),
  )
  const known = catalogue.map(({ id }) => id).filter((id) => found.has(id))
  return [...known, ...[...found].filter((id) => !isMetricId(id)).sort()]
}

function verdictOf(
  cell: SweepCell,
  workload: string,
  transport: string,
  metric: string,
): Verdict | undefined {
  return cell.verdicts.find(
    (each) => each.workload === workload && each.metric === metric && each.b.transport === transport,
  )
}

function verdictCells(verdict: Verdict | undefined): string[] {
  if (verdict === undefined) return judged.map(() => '')
  const { ratio, difference, ci95, outcome, a, b } = verdict
  const winner = { a: a.transport, b: b.transport, none: 'none', unknown: 'unknown' }[outcome]
  return [number(ratio ?? difference), number(ci95?.[0]), number(ci95?.[1]), csvText(winner)]
}

const number = (value: number | null | undefined): string =>
  value === null || value === undefined ? '' : String(value)
