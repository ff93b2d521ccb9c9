import type { Verdict, Warning } from './schema.ts'

/** What `netcmp diff --format json` prints: two results, metric by metric. */
export interface DiffDocument {
  readonly schema: 'netcmp.diff/1'
  /** What b is compared with. */
  readonly a: DiffedResult
  readonly b: DiffedResult
  /** A change for the worse is a regression where it is larger: a share, 0 for any. */
  readonly threshold: number
  readonly changes: readonly Change[]
  readonly warnings: readonly Warning[]
}

export interface DiffedResult {
  /** The result as the user named it: a file. */
  readonly name: string
  readonly version: string
  readonly startedAt: string
  readonly target: string
}

/**
 * One metric of one transport and workload, b against a. Ratio and difference are Hodges-Lehmann estimates from the
 * values of the counted blocks, `ci95` the interval of the rank-sum test; `outcome` names the better side.
 */
export type Change = Pick<
  Verdict,
  'workload' | 'metric' | 'better' | 'ratio' | 'difference' | 'ci95' | 'outcome' | 'reason'
> & {
  readonly transport: string
  readonly a: ChangeSide
  readonly b: ChangeSide
  /** b is worse, by more than the threshold. */
  readonly regression: boolean
}

export interface ChangeSide {
  /** Over all counted blocks. */
  readonly value: number | null
  /** Counted blocks that have a value. */
  readonly blocks: number
}
