import { NS_PER_MS, NS_PER_SEC } from '../core/units.ts'
import { isLossy } from '../lab/impairments.ts'
import { type SweepShape, type SweepTurn, sweepSchedule } from './schedule.ts'
import type { CellSettings } from './sweep.ts'

/** What a run takes beside its duration: it dials, asks and is answered, and its server stands still before it counts. */
const AROUND_NS = 60 * NS_PER_MS
const ROUND_TRIPS = 6

/** How long the runs that are still to be made will take, roughly and at most: what has an end of its own may reach it sooner. */
export function estimateNs(
  shape: SweepShape,
  cells: readonly CellSettings[],
  isMade: (turn: SweepTurn) => boolean,
): number {
  let sumNs = 0
  for (const turn of sweepSchedule(shape)) {
    if (!isMade(turn)) sumNs += runNs(cells[turn.cell] as CellSettings)
  }
  return sumNs
}

function runNs({ settings, link }: CellSettings): number {
  const { durationNs, timeoutNs } = settings
  const rttNs = link ? link.up.delayNs + link.down.delayNs : 0
  // A lost message is waited for.
  return durationNs + AROUND_NS + ROUND_TRIPS * rttNs + (link && isLossy(link) ? timeoutNs : 0)
}

/** `about 1 min 20 s`. */
export function roughly(ns: number): string {
  const seconds = Math.max(1, Math.round(ns / NS_PER_SEC))
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  if (hours > 0) return `${hours} h ${minutes} min`
  if (minutes === 0) return `${seconds} s`
  return minutes < 10 && seconds % 60 > 0 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`
}
