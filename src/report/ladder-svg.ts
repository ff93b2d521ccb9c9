import type { TraceDocument, TracedConversation } from '../result/trace-schema.ts'
import { formatValue } from './format-value.ts'
import { ROW_PX, scaleOf } from './ladder-scale.ts'
import { arrowsOf, type Place } from './ladder-svg-arrows.ts'
import { CHARACTER_PX, element, GAP_PX, picture, straight, words } from './svg.ts'
import { transportLabel } from './text.ts'
import { callText } from './trace-labels.ts'
import { endOf, rowsOf, type TraceRow, usualTransitNs } from './trace-rows.ts'
import { timeTexts } from './trace-times.ts'

const MARGIN_PX = 16
const HEADING_PX = 68
/** Between the life lines. */
const BETWEEN_PX = 440
/** As long as most times are; an address is centred beneath the name of its end. */
const LEAST_BESIDE_CHARACTERS = 10

interface Panel {
  readonly width: number
  readonly height: number
  readonly markup: string[]
}

/** A picture of the ladders beside each other, arrows sloping by the time that packets took. */
export function ladderSvg(document: TraceDocument): string {
  const panels = document.conversations.map(panelOf)
  let x = MARGIN_PX
  const placed = panels.map(({ width, markup }) => {
    const group = element('g', { transform: `translate(${x},${MARGIN_PX})` }, `\n${markup.join('\n')}\n`)
    x += width + MARGIN_PX
    return group
  })
  const height = 2 * MARGIN_PX + panels.reduce((most, panel) => Math.max(most, panel.height), 0)
  const names = document.conversations.map(({ transport }) => transportLabel(transport)).join(' and ')
  return picture(x, height, `The packets of a conversation over ${names}`, placed)
}

function panelOf(conversation: TracedConversation): Panel {
  const rows = rowsOf(conversation)
  const times = timeTexts(rows.map(({ atNs }) => atNs))
  const usualNs = usualTransitNs(conversation.packets)
  const scale = scaleOf(rows, usualNs)
  const beside = (end: 'client' | 'server') => {
    const lengths = rows.map((row, index) =>
      endOf(row) === end ? besideText(row, times[index] ?? '').length : 0,
    )
    const most = lengths.reduce((a, b) => Math.max(a, b), LEAST_BESIDE_CHARACTERS)
    return most * CHARACTER_PX + 2 * GAP_PX
  }
  const client = beside('client')
  const x = { client, server: client + BETWEEN_PX }
  const y = scale.downPx.map((down) => HEADING_PX + down)
  const place = { x, y, rows, times, fallPx: usualNs * scale.pxPerNs }
  const height = HEADING_PX + scale.heightPx
  const markup = [
    words(0, 14, transportLabel(conversation.transport), { 'font-weight': 'bold' }),
    ...(['client', 'server'] as const).flatMap((end) => [
      words(x[end], 30, end, { 'text-anchor': 'middle', 'font-weight': 'bold' }),
      words(x[end], 44, conversation[end] ?? '', { 'text-anchor': 'middle', class: 'faint' }),
      straight(x[end], HEADING_PX - 16, x[end], height, { class: 'axis' }),
    ]),
    ...(rows.length === 0 ? [words(client + GAP_PX, HEADING_PX + ROW_PX, 'no packet came to the link')] : []),
    ...arrowsOf(place),
    ...rows.flatMap((row, index) => besideOf(place, row, index)),
  ]
  return { width: x.server + beside('server'), height, markup }
}

/** What stands outside of the life lines: when, and the call. */
function besideText(row: TraceRow, time: string): string {
  return row.kind === 'call' ? `${time} ${callText(row.call)}` : time
}

function besideOf({ x, y: down, times }: Place, row: TraceRow, index: number): string[] {
  const y = down[index] ?? 0
  if (row.kind === 'pause') {
    const middle = (x.client + x.server) / 2
    const attributes = { 'text-anchor': 'middle', class: 'faint' }
    return [words(middle, y - ROW_PX, `${formatValue(row.lastsNs, 'ns')} (not to scale)`, attributes)]
  }
  const end = endOf(row) ?? 'client'
  const text = besideText(row, times[index] ?? '')
  const isLeft = end === 'client'
  const attributes = { 'text-anchor': isLeft ? 'end' : 'start', class: 'faint' }
  const tick = row.kind === 'call' ? [straight(x[end] - 3, y, x[end] + 3, y, { class: 'axis' })] : []
  return [...tick, words(isLeft ? x.client - GAP_PX : x.server + GAP_PX, y + 4, text, attributes)]
}
