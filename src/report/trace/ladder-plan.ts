import { callText, labelsOf, lossWords } from './labels.ts'
import { lanesOf, type Room } from './ladder-lanes.ts'
import { flightsOf, type Path, pathsOf } from './ladder-paths.ts'
import { endOf, type TraceRow } from './rows.ts'

type End = 'client' | 'server'

/** What a label takes beside itself: a stroke and a blank before it, a blank and a stroke behind. */
export const LABEL_COLUMNS = 4
/** What a loss takes beside its words: ` x ` (` … ` where it is still under way), and a blank behind. */
export const LOSS_COLUMNS = 4
/** An arrow's head, and a stroke. */
const LEAST_ARROW = 3
/** What a call can be wrapped to. */
export const LEAST_CALL_COLUMNS = 14

/** Where everything in a ladder goes. */
export interface LadderPlan {
  readonly paths: readonly Path[]
  /** Of the packets that arrive. */
  readonly lanes: ReadonlyMap<Path, number>
  /** Columns for what stands in a row at one end, up to the nearest packet that is on its way, or its own lane. */
  roomAt(row: number, end: End): number
}

export function planLadder(rows: readonly TraceRow[], width: number): LadderPlan {
  const paths = pathsOf(rows)
  const lanes = new Map<Path, number>()
  const columns: number[][] = rows.map(() => [])
  for (const flight of flightsOf(paths)) {
    const within = rows.slice(flight.first, flight.last + 1)
    const rooms = { client: roomOf(within, 'client'), server: roomOf(within, 'server') }
    for (const [path, column] of lanesOf(flight, width, rooms)) {
      lanes.set(path, column)
      for (let row = path.fromRow; row <= (path.toRow ?? 0); row++) columns[row]?.push(column)
    }
  }
  const roomAt = (row: number, end: End) => {
    const distances = (columns[row] ?? []).map((column) => (end === 'client' ? column : width - 1 - column))
    return distances.reduce((a, b) => Math.min(a, b), width)
  }
  return { paths, lanes, roomAt }
}

function roomOf(rows: readonly TraceRow[], end: End): Room {
  let [wish, need] = [LEAST_ARROW, LEAST_ARROW]
  for (const row of rows) {
    if (row.kind === 'pause' || endOf(row) !== end || row.kind === 'arrives') continue
    const lengths = row.kind === 'call' ? callLengths(callText(row.call)) : packetLengths(row.packet)
    wish = Math.max(wish, lengths.wish)
    need = Math.max(need, lengths.need)
  }
  return { wish, need }
}

function callLengths(text: string): Room {
  const columns = text.length + 2
  return { wish: columns, need: Math.min(columns, LEAST_CALL_COLUMNS) }
}

function packetLengths(packet: Path['packet']): Room {
  const labels = labelsOf(packet)
  const lost = packet.outNs === null ? lossWords[packet.fate].length + LOSS_COLUMNS : 0
  const longest = labels[0].length
  const shortest = labels.reduce((least, { length }) => Math.min(least, length), longest)
  return { wish: longest + LABEL_COLUMNS + lost, need: shortest + LABEL_COLUMNS + lost }
}
