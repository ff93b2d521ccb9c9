import type { TracedPacket } from '../../result/trace-schema.ts'
import { CHARACTER_PX, element, GAP_PX, straight, tip, words } from '../svg.ts'
import { isRepeat, isUnderWay, labelsOf, lossWords } from './labels.ts'
import type { SharedRow } from './rows.ts'

/** A row, how far down it is, when, and what is said of it beside its life line. */
export interface PlacedRow extends SharedRow {
  readonly y: number
  readonly time: string
  readonly beside: readonly string[]
}

/** Where things stand in a ladder. */
export interface Place {
  /** Of the life lines. */
  readonly x: Readonly<Record<'client' | 'server', number>>
  readonly rows: readonly PlacedRow[]
  /** How far a usual packet falls on its way. */
  readonly fallPx: number
}

const HEAD_PX = 8
/** A label stands so far above its arrow. */
const ABOVE_PX = 3

/** An arrow for each packet, and above all arrows what each says, along its slope; one that is lost, or still under way, ends midway. */
export function arrowsOf(place: Place): string[] {
  const arrivals = new Map<TracedPacket, PlacedRow>()
  for (const each of place.rows) {
    if (each.row.kind === 'arrives') arrivals.set(each.row.packet, each)
  }
  const drawn = place.rows.flatMap((leaves) =>
    leaves.row.kind === 'leaves'
      ? [arrowOf(place, leaves.row.packet, leaves, arrivals.get(leaves.row.packet))]
      : [],
  )
  return [...drawn.map(({ strokes }) => strokes), ...drawn.map(({ said }) => said)]
}

function arrowOf(place: Place, packet: TracedPacket, leaves: PlacedRow, arrives: PlacedRow | undefined) {
  const { x, fallPx } = place
  const isClient = packet.from === 'client'
  const [from, to] = isClient ? [x.client, x.server] : [x.server, x.client]
  const [y1, x2] = [leaves.y, arrives === undefined ? (from + to) / 2 : to]
  const y2 = arrives === undefined ? y1 + fallPx / 2 : arrives.y
  const isOpen = isUnderWay(packet)
  const isSpoilt = (arrives === undefined && !isOpen) || packet.isCorrupt
  const style = { class: isSpoilt ? 'lost' : packet.from, 'stroke-width': 1.4 }
  const labels = labelsOf(packet)
  const end = arrives === undefined ? lossWords[packet.fate] : `there at ${arrives.time} ms`
  const told = `${labels[0]}; ${packet.packetBytes} B on the link, left at ${leaves.time} ms, ${end}`
  const strokes = [
    tip(told),
    straight(from, y1, x2, y2, isOpen ? { ...style, 'stroke-dasharray': '6 4' } : style),
    isSpoilt ? cross(x2, y2) : head(from, y1, x2, y2, packet.from),
  ]
  const length = Math.hypot(to - from, fallPx)
  const ended = arrives === undefined ? `, ${end}` : ''
  const fits = (text: string) => (text + ended).length * CHARACTER_PX + 2 * GAP_PX <= length
  const label = (labels.find(fits) ?? labels.at(-1) ?? '') + ended
  const tone = isSpoilt ? { class: 'bad' } : isRepeat(packet.segment) ? { class: 'again' } : {}
  return { strokes: element('g', {}, strokes.join('')), said: labelAlong(from, y1, x2, y2, label, tone) }
}

/** Above a line and with its slope, from its begin on. */
function labelAlong(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  text: string,
  tone: Readonly<Record<string, string>>,
): string {
  const way = x2 > x1 ? 1 : -1
  const degrees = Math.round((Math.atan2((y2 - y1) * way, Math.abs(x2 - x1)) * 1800) / Math.PI) / 10
  const transform = `translate(${Math.round(x1 * 10) / 10},${Math.round(y1 * 10) / 10}) rotate(${degrees})`
  const anchor = { 'text-anchor': way > 0 ? 'start' : 'end' }
  return words(GAP_PX * way, -ABOVE_PX, text, { transform, ...anchor, ...tone })
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
