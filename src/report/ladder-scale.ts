import { endOf, type TraceRow } from './trace-rows.ts'

/** Room for the words of a row beneath those of the row before it at the same end. */
export const ROW_PX = 15
/** What a usual packet falls on its way. */
const TRANSIT_PX = 110
/** While nothing is on its way, and while something is. */
const MOST_IDLE_PX = 50
const MOST_STEP_PX = 300

export interface LadderScale {
  /** How far down each row is. */
  readonly downPx: readonly number[]
  readonly pxPerNs: number
  readonly heightPx: number
}

/**
 * Time as height: to scale, but where rows would stand on top of each other, and where nothing happens for long. It never
 * runs backwards, so whatever crosses on paper overtook on the way.
 */
export function scaleOf(rows: readonly TraceRow[], usualTransitNs: number): LadderScale {
  const pxPerNs = TRANSIT_PX / Math.max(usualTransitNs, 1)
  const lastAt: Record<'client' | 'server', number> = { client: -ROW_PX, server: -ROW_PX }
  const downPx: number[] = []
  let down = 0
  let underWay = 0
  for (const [index, row] of rows.entries()) {
    const end = endOf(row)
    const waitedNs = row.atNs - (rows[index - 1]?.atNs ?? row.atNs)
    const stepPx = Math.min(waitedNs * pxPerNs, underWay > 0 ? MOST_STEP_PX : MOST_IDLE_PX)
    const least = end === undefined ? down + ROW_PX : lastAt[end] + ROW_PX
    // What is lost ends midway, and says why there.
    const lostPx = isLost(rows[index - 1]) ? TRANSIT_PX / 2 : 0
    down = Math.max(down + (row.kind === 'pause' ? MOST_IDLE_PX + lostPx : stepPx), least)
    if (end === undefined) lastAt.client = lastAt.server = down
    else lastAt[end] = down
    if (row.kind === 'leaves' && row.packet.outNs !== null) underWay++
    if (row.kind === 'arrives') underWay--
    downPx.push(down)
  }
  return { downPx, pxPerNs, heightPx: down + 2 * ROW_PX }
}

function isLost(row: TraceRow | undefined): boolean {
  return row?.kind === 'leaves' && row.packet.outNs === null
}
