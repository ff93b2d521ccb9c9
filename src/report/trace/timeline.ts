import type { TraceDocument, TracedConversation } from '../../result/trace-schema.ts'
import { Canvas } from '../canvas.ts'
import { flow, type Paint, transportLabel, wrap } from '../text.ts'
import { timeTicks } from '../time-ticks.ts'
import { type TimelineRange, timelineRange, timelineSentence } from './timeline-facts.ts'

const MOST_LINES = 14
/** A moment takes, with room beside it. */
const TICK_COLUMNS = 14
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
  const [line = '', moments = ''] = axisOf(range, width, columnOf)
  return [
    paint('bold', transportLabel(conversation.transport)),
    ...plot,
    `${' '.repeat(labelColumns)} └${line}`,
    `${' '.repeat(labelColumns + 2)}${moments.trimEnd()}`,
    ...wrap(timelineSentence(conversation), columns, '  '),
  ]
}

/** Which of so many places one of `count` things has, from 0 on. */
function placeOf(index: number, count: number, places: number): number {
  return Math.min(places - 1, Math.floor((index * places) / count))
}

/** The line beneath a plot, a mark at each round moment, and those moments. */
function axisOf(
  { beginNs, endNs }: TimelineRange,
  width: number,
  columnOf: (ns: number) => number,
): string[] {
  const ticks = timeTicks(beginNs, endNs, Math.max(2, Math.floor(width / TICK_COLUMNS)))
  const line = new Canvas(width, 1)
  const axis = new Canvas(width, 1)
  line.write(0, 0, '─'.repeat(width))
  let free = 0
  for (const { ns, text } of ticks) {
    const column = columnOf(ns)
    line.write(0, column, '┴')
    const at = Math.max(0, Math.min(width - text.length, column - Math.floor(text.length / 2)))
    if (at < free) continue
    axis.write(0, at, text)
    free = at + text.length + 1
  }
  return [line, axis].map((canvas) => canvas.row(0, (_, text) => text))
}
