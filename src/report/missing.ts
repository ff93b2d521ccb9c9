import type { ResultDocument, Run } from '../result/schema.ts'
import { isOwnServer } from './header.ts'
import type { Row } from './row-rule.ts'
import { isMeasured, summaryOf } from './rows.ts'
import { printable, transportLabel } from './text.ts'

export interface Missing {
  /** What has no value: a row's name, or the whole workload. */
  readonly subject: string
  readonly why: string
}

/** Values that a percentile needs before it says anything. */
const needs: Readonly<Record<string, number>> = { P90: 10, P99: 100, P999: 1000 }

const neededBy = (row: Row): number | undefined => needs[/P\d+(?=Ns$)/.exec(row.metric)?.[0] ?? '']

const arrivals: Readonly<Record<string, string>> = { echo: 'answers', connect: 'replies', chat: 'deliveries' }

/** Why a row has no value for a transport. */
export function whyMissing(document: ResultDocument, row: Row, transport: string): Missing {
  const summary = summaryOf(document, transport, row.workload)
  if (summary === undefined || summary.blocks === 0) {
    return { subject: row.workload, why: whyNothing(document, transport, row.workload) }
  }
  const { receivedCount } = summary.metrics
  return { subject: row.name, why: whyNoFigure(document, row, transport, receivedCount ?? null) }
}

/** Why a workload has no figures for a transport. */
export function whyNothing(document: ResultDocument, transport: string, workload: string): string {
  const runs = runsOf(document, transport, workload)
  const failed = runs.findLast((run) => run.error !== null)
  if (failed) return `no block succeeded: ${printable(failed.error ?? '')}`
  if (runs.length === 0) return document.partial ? `not run before the ${causeOf(document)}` : 'not run'
  return runs.every((run) => run.block === 0) ? 'only the warm-up ran' : 'no block was counted'
}

/** The error of a run that a person broke off (core/abort.ts). */
const INTERRUPTED = 'netcmp: interrupted'

/** Why a partial document ends early: a run that failed, or else a person. */
export function causeOf({ runs }: ResultDocument): 'failure' | 'interruption' {
  return runs.some(({ error }) => error !== null && error !== INTERRUPTED) ? 'failure' : 'interruption'
}

/** Workloads asked for of which nothing was measured: they have no rows. */
export function unmeasured(document: ResultDocument): string[] {
  return document.config.workloads.filter((workload) => !isMeasured(document, workload))
}

/** Counted blocks that failed beside others that did not: the figures stand on fewer blocks than it seems. */
export function failuresOf(
  document: ResultDocument,
  transport: string,
  workload: string,
): string | undefined {
  const counted = runsOf(document, transport, workload).filter((run) => run.block >= 1)
  const failed = counted.filter((run) => run.error !== null)
  const last = failed.at(-1)
  if (last === undefined || failed.length === counted.length) return undefined
  return `${failed.length} of ${counted.length} blocks failed: ${printable(last.error ?? '')}`
}

/** Why a row that has values for both sides has no verdict: the percentiles of all blocks need fewer values in each. */
export function whyNotCompared(document: ResultDocument, row: Row, sides: readonly string[]): string {
  if (isOneWayDelay(row) && !isOwnServer(document.config)) {
    return 'the error between the two clocks may be all that differs'
  }
  return tooFewInOneBlock(document, row, sides) ?? 'no block has a figure of its own for both'
}

/** That a percentile needs more values than any block of all those sides, or of one, had; undefined where that is not it. */
export function tooFewInOneBlock(
  document: ResultDocument,
  row: Row,
  sides: readonly string[],
): string | undefined {
  const needed = neededBy(row)
  if (needed === undefined) return undefined
  const mosts = sides.map((transport) =>
    mostReceived(runsOf(document, transport, row.workload).filter(({ block }) => block >= 1)),
  )
  if (mosts.every((most) => most < needed)) {
    return `needs ${needed} ${whatArrives(row)} in one block, got ${Math.max(0, ...mosts)}`
  }
  const short = sides.find((_, index) => (mosts[index] ?? 0) < needed)
  return short && `each block of ${transportLabel(short)} had fewer than ${needed} ${whatArrives(row)}`
}

/** That a percentile of what the link saw has no value because too few messages arrived, not for want of a log. */
export function isShortOfMessages(document: ResultDocument, row: Row, transport: string): boolean {
  const received = summaryOf(document, transport, row.workload)?.metrics.receivedCount ?? null
  const needed = neededBy(row)
  return isOfWire(row) && needed !== undefined && received !== null && received < needed
}

/** What only a server could tell. */
const isFarCount = ({ metric }: Row): boolean => /^(forward|reverse)/.test(metric)

function whyNoFigure(document: ResultDocument, row: Row, transport: string, received: number | null): string {
  const needed = neededBy(row)
  if (received === 0) return row.workload === 'echo' ? 'no answer came back' : 'nothing arrived'
  const isFromHost = document.config.answeredByHost?.includes(transport) ?? false
  if (isFromHost && isFarCount(row)) return 'the far host returns messages, and tells no more'
  if (isOneWayDelay(row)) return 'the error between the two clocks is not known'
  if (isShortOfMessages(document, row, transport)) {
    const got = row.workload === 'bulk' ? `, got ${Math.floor(received ?? 0)}` : ', either way'
    return `needs ${needed} messages${got}`
  }
  if (isOfWire(row)) {
    const isUnseen = runsOf(document, transport, row.workload).some(
      ({ block, link }) => block > 0 && link?.unseenCount,
    )
    return isUnseen
      ? 'this computer dropped packets before the link saw them'
      : 'the link could not log enough of its packets'
  }
  if (needed === undefined) return 'not measured'
  if (received !== null && received < needed) {
    return `needs ${needed} ${whatArrives(row)}, got ${Math.floor(received)}`
  }
  const most = mostReceived(runsOf(document, transport, row.workload))
  return most < needed ? `needs ${needed} ${whatArrives(row)} in one block, got ${most}` : 'not measured'
}

/** What only the log of a lab's link tells. */
const isOfWire = ({ metric }: Row): boolean => /^(hol|wire\w+PerMessage)/.test(metric)

const isOneWayDelay = (row: Row): boolean => /^(forward|reverse)Delay/.test(row.metric)

const whatArrives = (row: Row): string => arrivals[row.workload] ?? 'messages'

const mostReceived = (runs: readonly Run[]): number =>
  Math.floor(runs.reduce((most, run) => Math.max(most, run.metrics.receivedCount ?? 0), 0))

function runsOf(document: ResultDocument, transport: string, workload: string): Run[] {
  return document.runs.filter((run) => run.transport === transport && run.workload === workload)
}
