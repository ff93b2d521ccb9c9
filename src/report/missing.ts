import type { ResultDocument, Run } from '../result/schema.ts'
import { type Row, summaryOf } from './rows.ts'
import { printable } from './text.ts'

export interface Missing {
  /** What has no value: a row's name, or the whole workload. */
  readonly subject: string
  readonly why: string
}

/** Values that a percentile needs before it says anything. */
const needs: Readonly<Record<string, number>> = { P50: 1, P90: 10, P99: 100, P999: 1000 }

const answers: Readonly<Record<string, string>> = { echo: 'answers', connect: 'dials', chat: 'deliveries' }

/** Why a row has no value for a transport. */
export function whyMissing(document: ResultDocument, row: Row, transport: string): Missing {
  const runs = document.runs.filter((run) => run.transport === transport && run.workload === row.workload)
  const whole = (why: string): Missing => ({ subject: row.workload, why })
  const counted = runs.filter((run) => run.block >= 1)
  const summary = summaryOf(document, transport, row.workload)
  if (summary === undefined || summary.blocks === 0) {
    const failed = runs.findLast((run) => run.error !== null)
    if (failed) return whole(`no block succeeded: ${printable(failed.error ?? '')}`)
    if (runs.length === 0) return whole(document.partial ? 'not run before the interruption' : 'not run')
    if (counted.length === 0) return whole('only the warm-up ran')
    return whole('no block was counted')
  }
  return { subject: row.name, why: whyNoFigure(row, counted, summary.metrics.receivedCount ?? null) }
}

function whyNoFigure(row: Row, counted: readonly Run[], received: number | null): string {
  const what = answers[row.workload] ?? 'messages'
  const needed = needs[/P\d+(?=Ns$)/.exec(row.metric)?.[0] ?? '']
  if (received === 0) return row.workload === 'echo' ? 'no answer came back' : 'nothing arrived'
  if (/^(forward|reverse)Delay/.test(row.metric)) return 'the error between the two clocks is not known'
  if (needed !== undefined && received !== null && received < needed) {
    return `needs ${needed} ${what}, got ${Math.floor(received)}`
  }
  const most = Math.max(0, ...counted.map((run) => run.metrics.receivedCount ?? 0))
  if (needed !== undefined && most < needed)
    return `needs ${needed} ${what} in one block, got ${Math.floor(most)}`
  return 'not measured'
}
