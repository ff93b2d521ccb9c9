import { readFileSync } from 'node:fs'
import { compareCommand } from './compare.ts'
import { COMPARISON_FILE, type LabComparison } from './lab-plan.ts'

/** `netcmp lab-client`, begun on the client's host of a lab: the comparison that the lab is for. */
export async function labClientCommand(): Promise<number> {
  const { target, flags, command }: LabComparison = JSON.parse(readFileSync(COMPARISON_FILE, 'utf8'))
  return compareCommand(target, flags, command)
}
