import { endOf, type SharedRow } from './rows.ts'

/** Of a line of words. */
export const ROW_PX = 15
/** What a usual packet falls on its way. */
const TRANSIT_PX = 64
/** What a pause takes, whatever it lasts. */
export const PAUSE_PX = 46
/** The most between two moments while something is on its way. */
const MOST_STEP_PX = 300

export interface LadderScale {
  /** How far down each row is. */
  readonly downPx: readonly number[]
  readonly heightPx: number
  readonly fallPx: number
}

/**
 * Time as height, the same for all conversations: to scale, but where rows of one end would stand on top of each other,
 * and in a pause. It never runs backwards, so whatever crosses on paper overtook on the way.
 * @param linesOf how many lines of words a row has beside its life line
 */
export function scaleOf(
  rows: readonly SharedRow[],
  usualTransitNs: number,
  linesOf: (row: number) => number,
): LadderScale {
  const pxPerNs = TRANSIT_PX / Math.max(usualTransitNs, 1)
  /** Where the next row of an end may be, by conversation and end. */
  const free = new Map<string, number>()
  const downPx: number[] = []
  let down = 0
  let lowest = 0
  for (const [index, each] of rows.entries()) {
    const { of, row } = each
    if (row.kind === 'pause') {
      down = Math.max(down, lowest - ROW_PX) + PAUSE_PX
      downPx.push(down - PAUSE_PX / 2)
      continue
    }
    const before = rows[index - 1]?.row
    const waitedNs = before === undefined || before.kind === 'pause' ? 0 : row.atNs - before.atNs
    const key = `${of} ${endOf(row)}`
    down = Math.max(down + Math.min(waitedNs * pxPerNs, MOST_STEP_PX), free.get(key) ?? 0)
    free.set(key, down + ROW_PX * linesOf(index))
    // What is lost ends midway, but what is said of it may be as long as the whole way.
    const isLost = row.kind === 'leaves' && row.packet.outNs === null
    lowest = Math.max(lowest, free.get(key) ?? 0, isLost ? down + TRANSIT_PX : 0)
    downPx.push(down)
  }
  return { downPx, heightPx: Math.max(lowest, down) + ROW_PX, fallPx: TRANSIT_PX }
}
