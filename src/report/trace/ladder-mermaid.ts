import type { TraceDocument, TracedConversation, TracedPacket } from '../../result/trace-schema.ts'
import { formatValue } from '../format-value.ts'
import { printable, transportLabel } from '../text.ts'
import { callText, isUnderWay, labelsOf, lossWords } from './labels.ts'
import { rowsOf, type TraceRow } from './rows.ts'
import { timeTexts } from './times.ts'

/** A sequence diagram of Mermaid, with every packet where it leaves; the transports follow each other. */
export function ladderMermaid({ conversations }: TraceDocument): string {
  const boxes = conversations.flatMap((conversation, index) => [
    `  box ${escaped(transportLabel(conversation.transport))}`,
    participant(nameOf(index, 'client'), 'client', conversation.client),
    participant(nameOf(index, 'server'), 'server', conversation.server),
    '  end',
  ])
  return `${['sequenceDiagram', ...boxes, ...conversations.flatMap(linesOf)].join('\n')}\n`
}

const nameOf = (index: number, end: 'client' | 'server') => `${end === 'client' ? 'C' : 'S'}${index + 1}`

function participant(name: string, end: string, address: string | null): string {
  return `  participant ${name} as ${end}${address === null ? '' : `<br/>${escaped(address)}`}`
}

interface Names {
  readonly client: string
  readonly server: string
}

function linesOf(conversation: TracedConversation, index: number): string[] {
  const names = { client: nameOf(index, 'client'), server: nameOf(index, 'server') }
  const rows = rowsOf(conversation)
  const times = timeTexts(rows.map(({ atNs }) => atNs))
  const arrivals = new Map<TracedPacket, string>()
  for (const [at, row] of rows.entries()) {
    if (row.kind === 'arrives') arrivals.set(row.packet, times[at] ?? '')
  }
  if (rows.length === 0) return [`  Note over ${names.client},${names.server}: no packet came to the link`]
  return rows.map((row, at) => lineOf(row, `${times[at]} ms`, names, arrivals)).filter((line) => line !== '')
}

function lineOf(
  row: TraceRow,
  time: string,
  { client, server }: Names,
  arrivals: ReadonlyMap<TracedPacket, string>,
): string {
  switch (row.kind) {
    case 'leaves': {
      const { packet } = row
      const [from, to] = packet.from === 'client' ? [client, server] : [server, client]
      const arrival = arrivals.get(packet)
      const arrow = isUnderWay(packet) ? '-)' : arrival === undefined || packet.isCorrupt ? '-x' : '->>'
      const end = arrival === undefined ? lossWords[packet.fate] : `there at ${arrival} ms`
      return `  ${from}${arrow}${to}: ${time} ${escaped(labelsOf(packet)[0])}, ${end}`
    }
    case 'call': {
      const side = row.call.at === 'client' ? `left of ${client}` : `right of ${server}`
      return `  Note ${side}: ${time} ${escaped(callText(row.call))}`
    }
    case 'pause':
      return `  Note over ${client},${server}: ${formatValue(row.lastsNs, 'ns')}`
    case 'arrives':
      return ''
  }
}

/** Nothing in it ends the line or is taken for markup. */
function escaped(text: string): string {
  return printable(text).replace(/[#;<>"]/g, (character) => `#${character.charCodeAt(0)};`)
}
