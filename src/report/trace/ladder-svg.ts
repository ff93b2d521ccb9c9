import type { TraceDocument, TracedConversation } from '../../result/trace-schema.ts'
import { formatValue } from '../format-value.ts'
import { CHARACTER_PX, element, GAP_PX, picture, straight, words } from '../svg.ts'
import { GLUE, transportLabel, wrap } from '../text.ts'
import { callText } from './labels.ts'
import { type LadderScale, PAUSE_PX, ROW_PX, scaleOf } from './ladder-scale.ts'
import { arrowsOf, type Place, type PlacedRow } from './ladder-svg-arrows.ts'
import { endOf, type SharedRow, sharedRowsOf, usualTransitNs } from './rows.ts'
import { timeTexts } from './times.ts'

type End = 'client' | 'server'

const MARGIN_PX = 16
const HEADING_PX = 68
/** Between the life lines. */
const BETWEEN_PX = 330
/** As long as most times are; an address is centred beneath the name of its end. */
const LEAST_BESIDE_CHARACTERS = 10
/** A call stands in as many lines as it takes. */
const CALL_CHARACTERS = 27

interface Panel {
  readonly width: number
  readonly markup: string[]
}

/** A picture of the ladders beside each other on one scale of time, arrows sloping by the time that packets took. */
export function ladderSvg({ conversations }: TraceDocument): string {
  const shared = sharedRowsOf(conversations)
  const times = timeTexts(shared.map(({ row }) => row.atNs))
  const besides = shared.map(({ row }, index) => besideLines(row, times[index] ?? ''))
  const usualNs = usualTransitNs(conversations.flatMap(({ packets }) => packets))
  const scale = scaleOf(shared, usualNs, (index) => besides[index]?.length ?? 1)
  const rows = shared.map(({ of, row }, index) => {
    const y = HEADING_PX + (scale.downPx[index] ?? 0)
    return { of, row, y, time: times[index] ?? '', beside: besides[index] ?? [] }
  })
  let x = MARGIN_PX
  const placed = conversations.map((conversation, of) => {
    const own = rows.filter((each) => each.of === of || each.row.kind === 'pause')
    const { width, markup } = panelOf(conversation, own, scale)
    const group = element('g', { transform: `translate(${x},${MARGIN_PX})` }, `\n${markup.join('\n')}\n`)
    x += width + MARGIN_PX
    return group
  })
  const height = 2 * MARGIN_PX + HEADING_PX + scale.heightPx
  const names = conversations.map(({ transport }) => transportLabel(transport)).join(' and ')
  return picture(x, height, `The packets of a conversation over ${names}`, placed)
}

/** What stands outside of the life lines: when, and the call. */
function besideLines(row: SharedRow['row'], time: string): string[] {
  return row.kind === 'call'
    ? wrap(`${time} ${callText(row.call).replaceAll(' = ', ` =${GLUE}`)}`, time.length + CALL_CHARACTERS)
    : [time]
}

function panelOf(conversation: TracedConversation, rows: readonly PlacedRow[], scale: LadderScale): Panel {
  const beside = (end: End) => {
    const lines = rows.flatMap(({ row, beside }) => (endOf(row) === end ? beside : []))
    const most = lines.reduce((longest, { length }) => Math.max(longest, length), LEAST_BESIDE_CHARACTERS)
    return most * CHARACTER_PX + 2 * GAP_PX
  }
  const client = beside('client')
  const place: Place = { x: { client, server: client + BETWEEN_PX }, rows, fallPx: scale.fallPx }
  const bottom = HEADING_PX + scale.heightPx
  const isEmpty = rows.every(({ row }) => row.kind === 'pause')
  const markup = [
    words(0, 14, transportLabel(conversation.transport), { 'font-weight': 'bold' }),
    ...(['client', 'server'] as const).flatMap((end) => [
      words(place.x[end], 30, end, { 'text-anchor': 'middle', 'font-weight': 'bold' }),
      words(place.x[end], 44, conversation[end] ?? '', { 'text-anchor': 'middle', class: 'faint' }),
      ...lifeLine(place, end, bottom),
    ]),
    ...(isEmpty ? [words(client + GAP_PX, HEADING_PX + ROW_PX, 'no packet came to the link')] : []),
    ...arrowsOf(place),
    ...rows.flatMap((row) => besideOf(place, row)),
  ]
  return { width: place.x.server + beside('server'), markup }
}

/** Broken off where a pause is not to scale. */
function lifeLine({ x, rows }: Place, end: End, bottom: number): string[] {
  const breaks = rows.flatMap(({ row, y }) => (row.kind === 'pause' ? [y] : []))
  const at = x[end]
  const half = PAUSE_PX / 8
  const ends = [HEADING_PX - 16, ...breaks.flatMap((y) => [y - half, y + half]), bottom]
  const pieces = Array.from({ length: breaks.length + 1 }, (_, n) =>
    straight(at, ends[2 * n] ?? 0, at, ends[2 * n + 1] ?? 0, { class: 'axis' }),
  )
  const strokes = breaks.flatMap((y) =>
    [y - half, y + half].map((edge) => straight(at - 6, edge + 3, at + 6, edge - 3, { class: 'axis' })),
  )
  return [...pieces, ...strokes]
}

function besideOf({ x }: Place, { row, y, beside }: PlacedRow): string[] {
  if (row.kind === 'pause') {
    const attributes = { 'text-anchor': 'middle', class: 'faint' }
    const text = `${formatValue(row.lastsNs, 'ns')} (not to scale)`
    return [words((x.client + x.server) / 2, y + 4, text, attributes)]
  }
  const end = endOf(row) ?? 'client'
  const isLeft = end === 'client'
  const attributes = { 'text-anchor': isLeft ? 'end' : 'start', class: 'faint' }
  const tick = row.kind === 'call' ? [straight(x[end] - 3, y, x[end] + 3, y, { class: 'axis' })] : []
  const lines = beside.map((line, part) =>
    words(isLeft ? x.client - GAP_PX : x.server + GAP_PX, y + 4 + part * ROW_PX, line, attributes),
  )
  return [...tick, ...lines]
}
