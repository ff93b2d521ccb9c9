import type { TraceDocument, TracedConversation, TracedDelivery } from '../../result/trace-schema.ts'
import { CHARACTER_PX, element, GAP_PX, picture, straight, tip, words } from '../svg.ts'
import { transportLabel } from '../text.ts'
import { timeTicks } from '../time-ticks.ts'
import { type TimelineRange, timelineRange, timelineSentence } from './timeline-facts.ts'
import { timeTexts } from './times.ts'

const WIDTH_PX = 800
const PLOT_HEIGHT_PX = 260
const PANEL_PX = PLOT_HEIGHT_PX + 90
const LEFT_PX = 70
const TOP_PX = 30
const MOST_TICKS = 8
const DOT_PX = 2.5

/** The same as `drawTimeline`, with the wait of each message as a stroke. */
export function timelineSvg({ conversations }: TraceDocument): string {
  const range = timelineRange(conversations)
  const panels = conversations.map((conversation, index) => {
    const place = `translate(0,${index * PANEL_PX})`
    return element('g', { transform: place }, `\n${panelOf(conversation, range).join('\n')}\n`)
  })
  const names = conversations.map(({ transport }) => transportLabel(transport)).join(' and ')
  return picture(WIDTH_PX, conversations.length * PANEL_PX, `When messages arrived over ${names}`, panels)
}

function panelOf(conversation: TracedConversation, range: TimelineRange): string[] {
  const right = WIDTH_PX - LEFT_PX / 2
  const bottom = TOP_PX + PLOT_HEIGHT_PX
  const xOf = (ns: number) =>
    LEFT_PX + ((ns - range.beginNs) / (range.endNs - range.beginNs)) * (right - LEFT_PX)
  const yOf = (message: number) =>
    bottom - ((message - 1) / Math.max(1, range.lastMessage - 1)) * PLOT_HEIGHT_PX
  return [
    words(LEFT_PX, 18, transportLabel(conversation.transport), { 'font-weight': 'bold' }),
    ...legend(right),
    ...timeTicks(range.beginNs, range.endNs, MOST_TICKS).flatMap(({ ns, text }) => [
      straight(xOf(ns), TOP_PX, xOf(ns), bottom, { class: 'grid' }),
      words(xOf(ns), bottom + 16, text, { 'text-anchor': 'middle', class: 'faint' }),
    ]),
    straight(LEFT_PX, TOP_PX, LEFT_PX, bottom, { class: 'axis' }),
    straight(LEFT_PX, bottom, right, bottom, { class: 'axis' }),
    ...[1, range.lastMessage].map((message) =>
      words(LEFT_PX - GAP_PX, yOf(message) + 4, `${message}`, { 'text-anchor': 'end', class: 'faint' }),
    ),
    ...conversation.deliveries.map((delivery) => markOf(delivery, xOf, yOf(delivery.message))),
    words(LEFT_PX, bottom + 36, timelineSentence(conversation)),
  ]
}

function legend(right: number): string[] {
  const [waits, whole] = ['arrived, waits for an earlier one', 'can be handed over']
  const wholeX = right - whole.length * CHARACTER_PX
  const waitsX = wholeX - waits.length * CHARACTER_PX - 4 * GAP_PX
  return [
    dot(waitsX - GAP_PX, 14, 'wait'),
    words(waitsX, 18, waits, { class: 'faint' }),
    dot(wholeX - GAP_PX, 14, 'client'),
    words(wholeX, 18, whole, { class: 'faint' }),
  ]
}

/** From its arrival to the moment when it could be handed over; nothing for a message that never came. */
function markOf(
  { message, arrivedNs, deliverableNs }: TracedDelivery,
  xOf: (ns: number) => number,
  y: number,
): string {
  if (arrivedNs === null) return ''
  const arrived = dot(xOf(arrivedNs), y, deliverableNs === arrivedNs ? 'client' : 'wait')
  const [here = '', there = ''] = timeTexts([arrivedNs, deliverableNs ?? arrivedNs])
  if (deliverableNs === null || deliverableNs === arrivedNs) {
    return element('g', {}, tip(`message ${message} at ${here} ms`) + arrived)
  }
  const wait = straight(xOf(arrivedNs), y, xOf(deliverableNs), y, { class: 'wait', 'stroke-width': 1 })
  const told = `message ${message} at ${here} ms, could be handed over at ${there} ms`
  return element('g', {}, [tip(told), wait, arrived, dot(xOf(deliverableNs), y, 'client')].join(''))
}

function dot(x: number, y: number, style: string): string {
  return straight(x - DOT_PX, y, x + DOT_PX, y, { class: style, 'stroke-width': 2 * DOT_PX })
}
