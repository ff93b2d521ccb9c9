import type { TracedPacket } from '../result/trace-schema.ts'
import type { TraceRow } from './trace-rows.ts'

/** One packet on the way: from the line in which it leaves to that in which it arrives. */
export interface Path {
  readonly packet: TracedPacket
  readonly fromLine: number
  /** Null: it never arrives. */
  readonly toLine: number | null
  /** Another one goes the same way at the same time: then only its true slope tells which is where. */
  readonly isAccompanied: boolean
}

/** @param lineOf the line in which a row begins, by the row's index */
export function pathsOf(rows: readonly TraceRow[], lineOf: readonly number[]): Path[] {
  const arrivals = new Map<TracedPacket, number>()
  for (const [index, row] of rows.entries()) {
    if (row.kind === 'arrives') arrivals.set(row.packet, lineOf[index] ?? 0)
  }
  const paths = rows.flatMap((row, index) => {
    if (row.kind !== 'leaves') return []
    const fromLine = lineOf[index] ?? 0
    const arrival = arrivals.get(row.packet)
    // A document may say that it arrived before it left.
    const toLine = arrival === undefined ? null : Math.max(arrival, fromLine + 1)
    return [{ packet: row.packet, fromLine, toLine }]
  })
  const accompanied = new Set([...accompaniedOf(paths, 'client'), ...accompaniedOf(paths, 'server')])
  return paths.map((path) => ({ ...path, isAccompanied: accompanied.has(path.packet) }))
}

/** Paths are in the order in which they begin. */
function accompaniedOf(
  paths: readonly Omit<Path, 'isAccompanied'>[],
  from: TracedPacket['from'],
): TracedPacket[] {
  const found: TracedPacket[] = []
  let last: { packet: TracedPacket; toLine: number } | undefined
  for (const { packet, fromLine, toLine } of paths) {
    if (packet.from !== from || toLine === null) continue
    if (last !== undefined && fromLine < last.toLine) found.push(packet, last.packet)
    if (last === undefined || toLine > last.toLine) last = { packet, toLine }
  }
  return found
}

/**
 * How far along its way a packet is where each of its lines begins, and where the last one ends: from 0 to `most`.
 * @param leastFirst how far the first line reaches at least, where it has something written on it
 */
export function stepsOf(lines: number, most: number, leastFirst: number): number[] {
  const even = Math.round(most / lines)
  const first = lines === 1 ? most : Math.min(most, Math.max(even, leastFirst))
  const rest = lines === 1 ? 0 : (most - first) / (lines - 1)
  return [0, ...Array.from({ length: lines }, (_, line) => Math.round(first + rest * line))]
}
