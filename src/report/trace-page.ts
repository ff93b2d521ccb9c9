import type { TraceDocument } from '../result/trace-schema.ts'
import { formatBytes, formatRate, formatTime } from './format-value.ts'
import { drawLadder } from './ladder-text.ts'
import { linkNotes } from './link-notes.ts'
import { pageOf } from './sections.ts'
import { createPaint, flow, glued, type Paint, pageColumns, printable, transportLabel, wrap } from './text.ts'
import { drawTimeline } from './timeline.ts'
import { summaryOf } from './trace-summary.ts'

/** What a person sees: what was asked for, the ladders one below the other or the timelines, and what it all cost. */
export function drawTracePage(document: TraceDocument, wanted: number, color: boolean): string {
  const columns = pageColumns(wanted)
  const paint = createPaint(color)
  const { conversations, warnings } = document
  const isTimeline = document.config.view === 'timeline'
  return pageOf([
    headerOf(document).flatMap((parts) => flow(parts, columns)),
    ...(isTimeline ? [drawTimeline(document, columns, paint)] : laddersOf(document, columns, paint)),
    conversations.flatMap((each) => wrap(summaryOf(each), columns, '  ')),
    warnings
      .flatMap(({ text }) => wrap(`warning: ${printable(text)}`, columns, '  '))
      .map((line) => paint('yellow', line)),
  ])
}

function laddersOf({ conversations }: TraceDocument, columns: number, paint: Paint): string[][] {
  return conversations.map((conversation) => {
    const { transport, client, server } = conversation
    const ends = client === null || server === null ? [] : [`${printable(client)} to ${printable(server)}`]
    const [title = '', ...more] = flow([transportLabel(transport), ...ends], columns)
    return [paint('bold', title), ...more, ...drawLadder(conversation, columns, paint)]
  })
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
