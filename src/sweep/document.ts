import { isFair } from '../compare/fairness.ts'
import { verdictsOf } from '../compare/verdicts.ts'
import { countedRuns } from '../result/counted-runs.ts'
import type { Metrics, Run, Verdict } from '../result/schema.ts'
import type { SweepCell, SweepDocument, SweepHead, SweepLine, SweepSummary } from '../result/sweep-schema.ts'
import { turnKey } from '../result/sweep-turns.ts'
import { sweepWarnings } from './warnings.ts'

/** The document of a sweep, or of what there is of it: everything in it follows from the lines of its file. */
export function sweepDocument(head: SweepHead, lines: readonly SweepLine[]): SweepDocument {
  const { type: _, engine: _engine, options: _options, cells, ...known } = head
  const runs = runsByCell(lines)
  const measured = cells.map(({ parameters }, index) => cellOf(head, parameters, runs.get(index) ?? []))
  const { transports, workloads, blocks } = head.config
  const planned = cells.length * transports.length * workloads.length * blocks
  const made = measured.reduce((sum, cell) => sum + cell.runs.length, 0)
  const warnings = [...known.warnings, ...sweepWarnings(measured)]
  return { ...known, partial: made < planned, warnings, cells: measured }
}

/** One that failed and was made again counts as it was made last. */
function runsByCell(lines: readonly SweepLine[]): Map<number, Run[]> {
  const last = new Map(lines.map((line) => [turnKey(line.cell, line), line]))
  const byCell = new Map<number, Run[]>()
  for (const { type: _, cell, ...run } of last.values()) {
    const runs = byCell.get(cell) ?? []
    byCell.set(cell, runs)
    runs.push(run)
  }
  return byCell
}

function cellOf({ config, link }: SweepHead, parameters: SweepCell['parameters'], runs: Run[]): SweepCell {
  const { transports, workloads, bulkSizeBytes, target } = config
  const summary = workloads.flatMap((workload) =>
    transports.flatMap((transport) => summaryOf(runs, transport, workload)),
  )
  // One size was given for all, or each transport has its own in every cell.
  const sizes = parameters.sizeBytes === undefined ? bulkSizeBytes : {}
  const isJust = ({ workload, metric, a, b }: Verdict) => {
    if (/^(forward|reverse)Delay/.test(metric)) return target === OWN_SERVER || link !== undefined
    return isFair(workload, metric, sizes[a.transport], sizes[b.transport])
  }
  return { parameters, runs, summary, verdicts: verdictsOf(transports, runs, summary).filter(isJust) }
}

/** How a document calls a server on this host, whose clock is that of its client, as are those of the lab's hosts. */
const OWN_SERVER = 'own server process'

function summaryOf(runs: readonly Run[], transport: string, workload: string): SweepSummary[] {
  const counted = countedRuns(runs, transport, workload)
  if (counted.length === 0) return []
  const ids = new Set(counted.flatMap(({ metrics }) => Object.keys(metrics)))
  const metrics: Metrics = Object.fromEntries([...ids].map((id) => [id, medianOf(counted, id)]))
  return [{ transport, workload, blocks: counted.length, metrics }]
}

/** Of the runs that have a value; null where none has. */
function medianOf(runs: readonly Run[], id: string): number | null {
  const values = runs.flatMap(({ metrics }) => metrics[id] ?? []).sort((a, b) => a - b)
  const upper = values[values.length >> 1]
  const lower = values[(values.length - 1) >> 1]
  return upper === undefined || lower === undefined ? null : lower + (upper - lower) / 2
}
