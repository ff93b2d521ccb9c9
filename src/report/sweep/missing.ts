import type { SweepCell, SweepDocument } from '../../result/sweep-schema.ts'
import { printable } from '../text.ts'
import type { Figure } from './grid.ts'

/** Why a cell has no figure for a transport. */
export function whyNoMedian(
  { partial }: SweepDocument,
  { runs, summary }: SweepCell,
  transport: string,
  { workload, metric }: Figure,
): string {
  const those = runs.filter((run) => run.transport === transport && run.workload === workload)
  const failed = those.findLast((run) => run.error !== null)
  const counted = summary.find((each) => each.transport === transport && each.workload === workload)
  if (counted !== undefined) return whyNotMeasured(metric, counted.metrics.receivedCount ?? null)
  if (failed) return `no block succeeded: ${printable(failed.error ?? '')}`
  if (those.length === 0) return partial ? 'not run so far' : 'not run'
  return 'only the warm-up ran'
}

/** Values that a percentile needs before it says anything. */
const needs: Readonly<Record<string, number>> = { P90: 10, P99: 100, P999: 1000 }

function whyNotMeasured(metric: string, received: number | null): string {
  if (metric === 'transferNs') return 'a part was lost, or the time was over before, in every block'
  if (received === 0) return 'nothing came back'
  const needed = needs[/P\d+(?=Ns$)/.exec(metric)?.[0] ?? '']
  if (needed !== undefined && received !== null && received < needed) {
    return `needs ${needed} values in a block, and got fewer (a longer --duration)`
  }
  return 'not measured'
}
