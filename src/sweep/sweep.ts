import type { Runner, TakenRun } from '../compare/runner.ts'
import type { Settings } from '../compare/settings.ts'
import { aborted } from '../core/abort.ts'
import { asNetcmpError, NetcmpError } from '../core/errors.ts'
import type { Impairments } from '../lab/impairments.ts'
import type { Run } from '../result/schema.ts'
import { type SweepShape, type SweepTurn, sweepSchedule } from './schedule.ts'

/** What the runs of one cell have in common. */
export interface CellSettings {
  readonly settings: Settings
  /** What the link does meanwhile, where there is one. */
  readonly link?: { readonly up: Impairments; readonly down: Impairments }
}

export interface SweepOptions {
  readonly shape: SweepShape
  readonly cells: readonly CellSettings[]
  /** Has found the far side. */
  readonly runner: Pick<Runner, 'run'>
  /** Sets the link between two cells. */
  impair?(link: NonNullable<CellSettings['link']>): Promise<void>
  /** It was made before: it is left out. */
  isMade(turn: SweepTurn): boolean
  onProgress(turn: SweepTurn): void
  /** Called with each run before the next begins. */
  onRun(cell: number, run: Run): void
  /** Ends after what is outstanding; the run under way is not told. */
  readonly interrupt?: AbortSignal
  /** Ends at once, with its reason. */
  readonly signal?: AbortSignal | undefined
}

export interface SweepEnd {
  /** What cut it short. */
  readonly error: NetcmpError | undefined
  /** Runs that failed, and why the last one did. */
  readonly failedCount: number
  readonly failure: NetcmpError | undefined
}

/** A far side that has failed so many runs in a row, over every transport, is gone. */
const MOST_FAILED_IN_A_ROW = 6

/** Makes every run of a grid that was not made before. A run that fails is told, and the others go on. */
export async function sweep(options: SweepOptions): Promise<SweepEnd> {
  const { shape, cells, runner, interrupt, signal } = options
  let impaired: number | undefined
  let failedCount = 0
  let failedInARow = 0
  let failure: NetcmpError | undefined
  const end = (error?: NetcmpError): SweepEnd => ({ error, failedCount, failure })
  for (const turn of sweepSchedule(shape)) {
    if (options.isMade(turn)) continue
    if (interrupt?.aborted) return end(interrupted())
    const { settings, link } = cells[turn.cell] as CellSettings
    if (link && impaired !== turn.cell) {
      const refusal = await options.impair?.(link).catch(asNetcmpError)
      if (refusal) return end(refusal)
    }
    impaired = turn.cell
    options.onProgress(turn)
    const taken = await runner.run(settings, turn)
    // Cut short, it is no run like the others: it is made again.
    if (interrupt?.aborted) return end(interrupted())
    if (signal?.aborted) return end(aborted(signal))
    if (taken.stopping) return end(taken.stopping)
    options.onRun(turn.cell, taken.run)
    if (taken.error) {
      failedCount++
      failure = taken.error
    }
    failedInARow = isSilence(taken) ? failedInARow + 1 : 0
    if (failedInARow >= MOST_FAILED_IN_A_ROW) return end(failure)
  }
  return end()
}

const interrupted = () => new NetcmpError('ABORTED', 'netcmp: interrupted')

/** What the server does not allow is an answer. */
const isSilence = ({ error }: TakenRun) => error !== undefined && error.code !== 'LIMITED'
