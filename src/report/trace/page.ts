import { stripVTControlCharacters } from 'node:util'
import type { TraceDocument, TracedConversation } from '../../result/trace-schema.ts'
import { formatBytes, formatRate, formatTime } from '../format-value.ts'
import { linkNotes } from '../link-notes.ts'
import { pageOf } from '../sections.ts'
import {
  createPaint,
  flow,
  glued,
  type Paint,
  pageColumns,
  printable,
  transportLabel,
  widthOf,
  wrap,
} from '../text.ts'
import { drawLadder } from './ladder-text.ts'
import { summaryOf } from './summary.ts'
import { drawTimeline } from './timeline.ts'

/** Columns of a terminal that shows two ladders beside each other, and what is between them. */
const LEAST_FOR_TWO = 160
const BETWEEN = '   '

/** What a person sees: what was asked for, the ladders or the timelines, and what it all cost. */
export function drawTracePage(document: TraceDocument, wanted: number, color: boolean): string {
  const columns = pageColumns(wanted)
  const paint = createPaint(color)
  const { conversations, warnings } = document
  const isTimeline = document.config.view === 'timeline'
  return pageOf([
    headerOf(document).flatMap((parts) => flow(parts, columns)),
    ...(isTimeline ? [drawTimeline(document, columns, paint)] : laddersOf(document, wanted, paint)),
    conversations.flatMap((each) => wrap(summaryOf(each), columns, '  ')),
    warnings
      .flatMap(({ text }) => wrap(`warning: ${printable(text)}`, columns, '  '))
      .map((line) => paint('yellow', line)),
  ])
}

/** Beside each other where a terminal has room for two. */
function laddersOf({ conversations }: TraceDocument, wanted: number, paint: Paint): string[][] {
  const [left, right, ...others] = conversations
  if (left === undefined || right === undefined || others.length > 0 || !(wanted >= LEAST_FOR_TWO)) {
    return conversations.map((each) => ladderOf(each, pageColumns(wanted), paint))
  }
  const columns = pageColumns((wanted - BETWEEN.length) / 2)
  const both = [left, right].map((each) => ladderOf(each, columns, paint))
  const height = Math.max(...both.map(({ length }) => length))
  const lines = Array.from({ length: height }, (_, line) => {
    const [first = '', second = ''] = both.map((ladder) => ladder[line])
    const missing = columns - widthOf(stripVTControlCharacters(first))
    return `${first}${' '.repeat(missing)}${BETWEEN}${second}`.trimEnd()
  })
  return [lines]
}

function ladderOf(conversation: TracedConversation, columns: number, paint: Paint): string[] {
  const { transport, client, server } = conversation
  const ends = client === null || server === null ? [] : [`${printable(client)} to ${printable(server)}`]
  const [title = '', ...more] = flow([transportLabel(transport), ...ends], columns)
  return [paint('bold', title), ...more, ...drawLadder(conversation, columns, paint)]
}

function headerOf({ tool, host, config }: TraceDocument): readonly [string[], string[]] {
  const { messages, sizeBytes, ratePerSec, link } = config
  const pace = ratePerSec === null ? 'each when the last is answered' : `at ${formatRate(ratePerSec)}`
  const many = messages === 1 ? 'message' : 'messages'
  return [
    [`netcmp ${printable(tool.version)}`, ...linkNotes(link)],
    [
      glued(`${messages} ${many} of ${formatBytes(sizeBytes)}`),
      pace,
      glued(`${printable(host.platform)} ${printable(host.release)}`),
      formatTime(tool.startedAt),
    ].filter((part) => part !== ''),
  ]
}
