import type { TracedPacket } from '../result/trace-schema.ts'
import { element, GAP_PX, straight, tip, words } from './svg.ts'
import { isRepeat, labelsOf, lossWords } from './trace-labels.ts'
import type { TraceRow } from './trace-rows.ts'

/** Where things stand in a ladder. */
export interface Place {
  /** Of the life lines. */
  readonly x: Readonly<Record<'client' | 'server', number>>
  /** Of each row. */
  readonly y: readonly number[]
  readonly rows: readonly TraceRow[]
  /** When each row happens. */
  readonly times: readonly string[]
  /** How far a usual packet falls on its way. */
  readonly fallPx: number
}

const HEAD_PX = 8

/** An arrow for each packet, with what it says; one that is lost ends midway. */
export function arrowsOf(place: Place): string[] {
  const arrivals = new Map<TracedPacket, number>()
  for (const [index, row] of place.rows.entries()) {
    if (row.kind === 'arrives') arrivals.set(row.packet, index)
  }
  return place.rows.flatMap((row, index) =>
    row.kind === 'leaves' ? [arrowOf(place, row.packet, index, arrivals.get(row.packet))] : [],
  )
}

function arrowOf(place: Place, packet: TracedPacket, leaves: number, arrives: number | undefined): string {
  const { x, y, times, fallPx } = place
  const isClient = packet.from === 'client'
  const [from, to] = isClient ? [x.client, x.server] : [x.server, x.client]
  const [y1, x2] = [y[leaves] ?? 0, arrives === undefined ? (from + to) / 2 : to]
  const y2 = arrives === undefined ? y1 + fallPx / 2 : (y[arrives] ?? 0)
  const isSpoilt = arrives === undefined || packet.isCorrupt
  const style = { class: isSpoilt ? 'lost' : packet.from, 'stroke-width': 1.4 }
  const [said] = labelsOf(packet)
  const end = arrives === undefined ? lossWords[packet.fate] : `there at ${times[arrives]} ms`
  const told = `${said}; ${packet.packetBytes} B on the link, left at ${times[leaves]} ms, ${end}`
  const beside = isClient ? GAP_PX : -GAP_PX
  const anchor = { 'text-anchor': isClient ? 'start' : 'end' }
  const tone = isSpoilt ? { class: 'bad' } : isRepeat(packet.segment) ? { class: 'again' } : {}
  const content = [
    tip(told),
    straight(from, y1, x2, y2, style),
    isSpoilt ? cross(x2, y2) : head(from, y1, x2, y2, packet.from),
    words(from + beside, y1 - 2, said, { ...anchor, ...tone }),
    ...(arrives === undefined ? [words(x2 + beside, y2 + 4, end, { ...anchor, class: 'bad' })] : []),
  ]
  return element('g', {}, content.join(''))
}

function cross(x: number, y: number): string {
  const half = HEAD_PX / 2
  const style = { class: 'lost', 'stroke-width': 2 }
  return (
    straight(x - half, y - half, x + half, y + half, style) +
    straight(x - half, y + half, x + half, y - half, style)
  )
}

/** Two strokes back from the tip, each a little off the line. */
function head(x1: number, y1: number, x2: number, y2: number, style: string): string {
  const angle = Math.atan2(y2 - y1, x2 - x1)
  const stroke = (off: number) => {
    const [x, y] = [x2 - HEAD_PX * Math.cos(angle + off), y2 - HEAD_PX * Math.sin(angle + off)]
    return straight(x2, y2, x, y, { class: style, 'stroke-width': 1.4 })
  }
  return stroke(0.4) + stroke(-0.4)
}
