import { NetcmpError } from '../core/errors.ts'
import { type Metric, metrics } from '../measure/metrics.ts'
import type { Change, ChangeSide, DiffDocument, DiffedResult } from '../result/diff.ts'
import type { ResultDocument } from '../result/schema.ts'
import { diffWarnings } from './diff-warnings.ts'
import { isFair } from './fairness.ts'
import { type Judgement, judge, unknown } from './judgement.ts'
import { unpairedInterval } from './unpaired-interval.ts'

/** A saved result, and what to call it. */
export interface NamedResult {
  readonly name: string
  readonly document: ResultDocument
}

/**
 * What changed from a to b, metric by metric. Their blocks were run at different times and are not paired.
 * `threshold` is a share: a change for the worse up to it is no regression; of shares it counts in percentage points.
 * Throws BAD_VALUE where the two have no transport and workload in common.
 */
export function diffResults(a: NamedResult, b: NamedResult, threshold = 0): DiffDocument {
  const both = [a.document, b.document]
  const workloads = new Set(both.flatMap(({ config }) => config.workloads))
  const transports = new Set(both.flatMap(({ config }) => config.transports))
  const groups = [...workloads].flatMap((workload) => {
    return [...transports].map((transport) => ({
      transport,
      workload,
      a: new Measured(a.document, transport, workload),
      b: new Measured(b.document, transport, workload),
    }))
  })
  if (!groups.some((group) => group.a.isThere && group.b.isThere)) {
    throw new NetcmpError(
      'BAD_VALUE',
      `netcmp: nothing to compare: no workload was measured over the same transport in ${a.name} and ${b.name} (run both with the same --proto and --workload)`,
    )
  }
  return {
    schema: 'netcmp.diff/1',
    a: described(a),
    b: described(b),
    threshold,
    changes: groups.flatMap((group) => changesOf(group, threshold)),
    warnings: diffWarnings(a.document, b.document),
  }
}

function described({ name, document: { tool, config } }: NamedResult): DiffedResult {
  return { name, version: tool.version, startedAt: tool.startedAt, target: config.target }
}

/** What one result has of a transport and workload. */
class Measured {
  readonly #runs: ResultDocument['runs']
  readonly #summary: ResultDocument['summary'][number] | undefined
  readonly bulkSizeBytes: number | undefined

  constructor({ runs, summary, config }: ResultDocument, transport: string, workload: string) {
    const isOurs = (each: { transport: string; workload: string }) =>
      each.transport === transport && each.workload === workload
    this.#runs = runs.filter((run) => isOurs(run) && run.block >= 1 && run.error === null)
    this.#summary = summary.find(isOurs)
    this.bulkSizeBytes = config.bulkSizeBytes[transport]
  }

  get isThere(): boolean {
    return this.#runs.length > 0
  }

  /** Of the counted blocks that have one. */
  values(metric: string): number[] {
    return this.#runs.map((run) => run.metrics[metric] ?? null).filter((value) => value !== null)
  }

  side(metric: string): ChangeSide {
    return { value: this.#summary?.metrics[metric] ?? null, blocks: this.values(metric).length }
  }
}

interface Group {
  readonly transport: string
  readonly workload: string
  readonly a: Measured
  readonly b: Measured
}

function changesOf({ transport, workload, a, b }: Group, threshold: number): Change[] {
  return (metrics as readonly Metric[]).flatMap(({ id: metric, better, comparison }) => {
    const [ofA, ofB] = [a.values(metric), b.values(metric)]
    if (comparison === 'none' || better === 'neither' || ofA.length + ofB.length === 0) return []
    const judgement = isFair(workload, metric, a.bulkSizeBytes, b.bulkSizeBytes)
      ? judgeShift(comparison, better, ofA, ofB)
      : unknown('A and B sent messages of different sizes')
    const regression = judgement.outcome === 'a' && sizeOf(judgement, better) > threshold
    return [
      { transport, workload, metric, better, a: a.side(metric), b: b.side(metric), ...judgement, regression },
    ]
  })
}

function judgeShift(
  comparison: 'ratio' | 'difference',
  better: 'lower' | 'higher',
  a: readonly number[],
  b: readonly number[],
): Judgement {
  const isRatio = comparison === 'ratio'
  for (const [name, values] of [['A', a] as const, ['B', b] as const]) {
    if (values.length === 0) return unknown(`${name} gave no value in any counted block`)
    if (isRatio && values.some((value) => value <= 0)) {
      return unknown(`a block of ${name} reads 0 or less, and a ratio needs values over 0`)
    }
  }
  const onScale = (values: readonly number[]) => (isRatio ? values.map(Math.log) : values)
  const found = unpairedInterval(onScale(a), onScale(b))
  if (found === null) return unknown('no counted block has a value')
  const tooFew = `${a.length} and ${b.length} counted blocks are too few for an interval (4 and 4 are enough)`
  return judge(comparison, better, found, tooFew)
}

/** How much worse b is: a share of a, or for shares their difference. */
function sizeOf({ ratio, difference }: Judgement, better: 'lower' | 'higher'): number {
  if (ratio === null) return Math.abs(difference ?? 0)
  return better === 'lower' ? ratio - 1 : 1 - ratio
}
