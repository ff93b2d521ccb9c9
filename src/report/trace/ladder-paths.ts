import type { TracedPacket } from '../../result/trace-schema.ts'
import type { TraceRow } from './rows.ts'

/** One packet on the way: from the row in which it leaves to that in which it arrives. */
export interface Path {
  readonly packet: TracedPacket
  readonly fromRow: number
  /** Null: it never arrives. */
  readonly toRow: number | null
}

/** In the order in which they begin. */
export function pathsOf(rows: readonly TraceRow[]): Path[] {
  const arrivals = new Map<TracedPacket, number>()
  for (const [index, row] of rows.entries()) {
    if (row.kind === 'arrives') arrivals.set(row.packet, index)
  }
  return rows.flatMap((row, fromRow) => {
    if (row.kind !== 'leaves') return []
    const arrival = arrivals.get(row.packet)
    // A document may say that it arrived before it left.
    const toRow = arrival === undefined ? null : Math.max(arrival, fromRow + 1)
    return [{ packet: row.packet, fromRow, toRow }]
  })
}

/** Rows from the first to the last, during all of which something is on its way. */
export interface Flight {
  readonly first: number
  readonly last: number
  /** Those that arrive. */
  readonly paths: readonly Path[]
}

export function flightsOf(paths: readonly Path[]): Flight[] {
  const flights: { first: number; last: number; paths: Path[] }[] = []
  for (const path of paths) {
    if (path.toRow === null) continue
    const current = flights.at(-1)
    if (current === undefined || path.fromRow > current.last) {
      flights.push({ first: path.fromRow, last: path.toRow, paths: [path] })
    } else {
      current.paths.push(path)
      current.last = Math.max(current.last, path.toRow)
    }
  }
  return flights
}
