import { readFileSync } from 'node:fs'
import { compareCommand } from '../compare.ts'
import { sweepCommand } from '../sweep/sweep.ts'
import { COMPARISON_FILE, type LabWork } from './plan.ts'

/** `netcmp lab-client`, begun on the client's host of a lab: the comparison, or the sweep, that the lab is for. */
export async function labClientCommand(): Promise<number> {
  const work: LabWork = JSON.parse(readFileSync(COMPARISON_FILE, 'utf8'))
  if (work.kind === 'sweep') {
    const { typed, defaults, command } = work.sweep
    return sweepCommand(typed, defaults, command)
  }
  if (work.kind !== 'comparison') return 1
  const { target, flags, command } = work.comparison
  return compareCommand(target, flags, command)
}
