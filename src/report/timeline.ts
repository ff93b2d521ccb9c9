import type { TraceDocument, TracedConversation } from '../result/trace-schema.ts'
import { Canvas } from './canvas.ts'
import { flow, type Paint, transportLabel, wrap } from './text.ts'
import { type TimelineRange, timelineRange, timelineSentence } from './timeline-facts.ts'
import { timeTexts } from './trace-times.ts'

const MOST_LINES = 14
const WAITED = '·'
const DELIVERED = '█'

/** Message number against time, a panel for each transport: when each message arrived, and when it could be handed over. */
export function drawTimeline({ conversations }: TraceDocument, columns: number, paint: Paint): string[] {
  const range = timelineRange(conversations)
  const legend = [
    'DELIVERY: message number against time',
    `${WAITED} arrived, waits for an earlier one`,
    `${DELIVERED} can be handed over`,
  ]
  return [
    ...flow(legend, columns),
    ...conversations.flatMap((conversation) => ['', ...panelOf(conversation, range, columns, paint)]),
  ]
}

function panelOf(
  conversation: TracedConversation,
  range: TimelineRange,
  columns: number,
  paint: Paint,
): string[] {
  const { lastMessage, beginNs, endNs } = range
  const lines = Math.min(MOST_LINES, lastMessage)
  const labelColumns = `${lastMessage}`.length
  const width = columns - labelColumns - 2
  const lineOf = (message: number) => lines - 1 - placeOf(message - 1, lastMessage, lines)
  const columnOf = (ns: number) => Math.round(((ns - beginNs) / (endNs - beginNs)) * (width - 1))
  const canvas = new Canvas(width, lines)
  for (const { message, arrivedNs, deliverableNs } of conversation.deliveries) {
    const waits = arrivedNs !== null && arrivedNs !== deliverableNs
    if (waits) canvas.write(lineOf(message), columnOf(arrivedNs), WAITED, 'yellow')
  }
  for (const { message, deliverableNs } of conversation.deliveries) {
    if (deliverableNs !== null) canvas.write(lineOf(message), columnOf(deliverableNs), DELIVERED, 'cyan')
  }
  const plot = Array.from({ length: lines }, (_, line) => {
    const isEdge = line === 0 || line === lines - 1
    const label = line === 0 ? `${lastMessage}` : line === lines - 1 ? '1' : ''
    return `${label.padStart(labelColumns)} ${isEdge ? '┤' : '│'}${canvas.row(line, paint).trimEnd()}`
  })
  return [
    paint('bold', transportLabel(conversation.transport)),
    ...plot,
    `${' '.repeat(labelColumns)} └${'─'.repeat(width)}`,
    `${' '.repeat(labelColumns + 2)}${axisOf(beginNs, endNs, width, paint)}`,
    ...wrap(timelineSentence(conversation), columns, '  '),
  ]
}

/** Which of so many places one of `count` things has, from 0 on. */
function placeOf(index: number, count: number, places: number): number {
  return Math.min(places - 1, Math.floor((index * places) / count))
}

/** The times at both ends, and in the middle where there is room for it. */
function axisOf(beginNs: number, endNs: number, width: number, paint: Paint): string {
  const texts = timeTexts([beginNs, (beginNs + endNs) / 2, endNs]).map((text) => `${text} ms`)
  const [first = '', middle = '', last = ''] = texts
  const axis = new Canvas(width, 1)
  axis.write(0, 0, first)
  axis.write(0, width - last.length, last)
  const at = Math.floor((width - middle.length) / 2)
  if (at > first.length && at + middle.length < width - last.length) axis.write(0, at, middle)
  return axis.row(0, paint)
}
