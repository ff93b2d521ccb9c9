import { type Metric, metrics } from '../measure/metrics.ts'
import type { Run, Summed, Verdict } from '../result/schema.ts'
import { type Judgement, judge, unknown } from './judgement.ts'
import { pairedInterval } from './paired-interval.ts'
import { MIN_PAIRS } from './signed-rank.ts'

/**
 * The verdict of each metric and workload, of every later transport (b) against the first (a).
 * Block 0 warms up: it and failed runs are not counted. A metric that no counted run of either side has gets none.
 */
export function verdictsOf(
  transports: readonly string[],
  runs: readonly Run[],
  summary: readonly Summed[],
): Verdict[] {
  const [base, ...others] = transports
  if (base === undefined) return []
  const counted = runs.filter((run) => run.block >= 1 && run.error === null)
  const verdicts: Verdict[] = []
  for (const workload of new Set(counted.map((run) => run.workload))) {
    const ofWorkload = counted.filter((run) => run.workload === workload)
    for (const metric of metrics as readonly Metric[]) {
      for (const other of others) {
        const found = verdictOf(metric, workload, [base, other], ofWorkload, summary)
        if (found) verdicts.push(found)
      }
    }
  }
  return verdicts
}

function verdictOf(
  metric: Metric,
  workload: string,
  [a, b]: readonly [string, string],
  runs: readonly Run[],
  summary: readonly Summed[],
): Verdict | undefined {
  if (metric.comparison === 'none' || metric.better === 'neither') return undefined
  const valuesOfA = byBlock(runs, a, metric.id)
  const valuesOfB = byBlock(runs, b, metric.id)
  if (valuesOfA.size === 0 && valuesOfB.size === 0) return undefined
  const pairs = [...valuesOfA].flatMap(([block, before]) => {
    const after = valuesOfB.get(block)
    return after === undefined ? [] : [{ block, before, after }]
  })
  const summed = (transport: string) =>
    summary.find((each) => each.transport === transport && each.workload === workload)?.metrics[metric.id] ??
    null
  return {
    workload,
    metric: metric.id,
    better: metric.better,
    a: { transport: a, value: summed(a) },
    b: { transport: b, value: summed(b) },
    pairs: pairs.length,
    ...judgePairs(metric.comparison, metric.better, pairs, blocksOf(runs, a, b), [
      { transport: a, blocks: valuesOfA.size },
      { transport: b, blocks: valuesOfB.size },
    ]),
  }
}

interface Pair {
  readonly block: number
  readonly before: number
  readonly after: number
}

function judgePairs(
  comparison: 'ratio' | 'difference',
  better: 'lower' | 'higher',
  pairs: readonly Pair[],
  blocks: number,
  sides: readonly { transport: string; blocks: number }[],
): Judgement {
  const silent = sides.find((side) => side.blocks === 0)
  if (silent) return unknown(`no counted block of ${silent.transport} has this figure`)
  const isRatio = comparison === 'ratio'
  const zero = isRatio && pairs.find((pair) => pair.before <= 0 || pair.after <= 0)
  if (zero) return unknown(`block ${zero.block} reads 0 or less, and a ratio needs values over 0`)
  const found = pairedInterval(
    pairs.map(({ before, after }) => (isRatio ? Math.log(after) - Math.log(before) : after - before)),
  )
  if (found === null) return unknown('no counted block gave both a value')
  return judge(comparison, better, found, tooFew(pairs.length, blocks))
}

function tooFew(pairs: number, blocks: number): string {
  const needs = `an interval needs ${MIN_PAIRS}`
  if (pairs === blocks) return `${blocks} counted ${blocks === 1 ? 'block' : 'blocks'}; ${needs}`
  return `${pairs} of ${blocks} counted blocks gave both a value; ${needs}`
}

function byBlock(runs: readonly Run[], transport: string, metric: string): Map<number, number> {
  const values = new Map<number, number>()
  for (const run of runs) {
    const value = run.transport === transport ? run.metrics[metric] : undefined
    if (value !== undefined && value !== null && !values.has(run.block)) values.set(run.block, value)
  }
  return values
}

/** Blocks in which either side ran to the end. */
function blocksOf(runs: readonly Run[], a: string, b: string): number {
  return new Set(runs.filter((run) => run.transport === a || run.transport === b).map((run) => run.block))
    .size
}
