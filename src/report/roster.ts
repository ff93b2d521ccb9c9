import type { ResultDocument } from '../result/schema.ts'
import { csvLine, csvText } from './csv.ts'
import { formatTime, formatValue } from './format-value.ts'
import { escaped } from './markdown.ts'
import type { Format } from './render.ts'
import { figureOf } from './rows.ts'
import { inColumns, pageColumns, printable, transportLabel, widthOf, wrap } from './text.ts'
import { verdictWords } from './verdict-words.ts'

/** One result of many: who sent it, and what it says in short. */
export interface RosterRow {
  readonly name: string
  readonly startedAt: string
  readonly partial: boolean
  readonly transports: readonly RosterFigures[]
}

interface RosterFigures {
  readonly transport: string
  readonly rttP50Ns: number | null
  /** Of echo. */
  readonly lossRatio: number | null
  readonly goodputBitsPerSec: number | null
  /** On the median round trip, against the first transport; null for that one, and where there is none. */
  readonly verdict: string | null
}

export function rosterRow(name: string, document: ResultDocument): RosterRow {
  return {
    name,
    startedAt: document.tool.startedAt,
    partial: document.partial,
    transports: document.config.transports.map((transport) => ({
      transport,
      rttP50Ns: figureOf(document, transport, 'echo', 'rttP50Ns'),
      lossRatio: figureOf(document, transport, 'echo', 'lossRatio'),
      goodputBitsPerSec: figureOf(document, transport, 'bulk', 'goodputBitsPerSec'),
      verdict: verdictOf(document, transport),
    })),
  }
}

function verdictOf({ config, verdicts }: ResultDocument, transport: string): string | null {
  const verdict = verdicts.find(({ workload, metric, a, b }) => {
    const isMedian = workload === 'echo' && metric === 'rttP50Ns'
    return isMedian && a.transport === config.transports[0] && b.transport === transport
  })
  if (verdict === undefined) return null
  const { figures, direction } = verdictWords(verdict)
  // The interval is in the result; here a row has to fit.
  return direction === '' ? figures.replace(' shown', '') : `${figures.split(' ')[0]} ${direction}`
}

/** All of them as text, the newest last, ended by a line end; a table no wider than `columns`, nor than 80. */
export function drawRoster(rows: readonly RosterRow[], format: Format, columns: number): string {
  const sorted = [...rows].sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt))
  switch (format) {
    case 'table':
      return drawTable(sorted, pageColumns(columns))
    case 'json':
      return `${JSON.stringify(sorted, null, 2)}\n`
    case 'csv':
      return rosterCsv(sorted)
    case 'markdown':
      return rosterMarkdown(sorted)
  }
}

const HEADING = ['name', 'when (UTC)', 'over', 'median', 'lost', 'goodput', 'median against first']
const GAP = '  '
const LONGEST_NAME_COLUMNS = 12

/** A line for each transport; who and when stand on the first of a result. */
function linesOf({ name, startedAt, partial, transports }: RosterRow): string[][] {
  const time = formatTime(startedAt).replace(/^\d{4}-| UTC$/g, '')
  return transports.map((each, index) => [
    index === 0 ? `${printable(name) || '?'}${partial ? '*' : ''}` : '',
    index === 0 ? time : '',
    transportLabel(each.transport),
    formatValue(each.rttP50Ns, 'ns'),
    formatValue(each.lossRatio, 'ratio'),
    formatValue(each.goodputBitsPerSec, 'bitsPerSec'),
    each.verdict ?? (index === 0 ? '' : '-'),
  ])
}

function drawTable(rows: readonly RosterRow[], width: number): string {
  const heading = [...HEADING.slice(0, -1), 'verdict']
  const body = rows.flatMap(linesOf).map(([name = '', ...rest]) => [cut(name), ...rest])
  const lines = inColumns([heading, ...body])
  const fits = lines.every((line) => widthOf(line) <= width)
  const note = rows.some(({ partial }) => partial) ? ['', '*: cut short'] : []
  return `${[...(fits ? lines : rows.flatMap((row) => stacked(row, width))), ...note].join('\n')}\n`
}

function cut(name: string): string {
  if (widthOf(name) <= LONGEST_NAME_COLUMNS) return name
  const [head = ''] = wrap(name.replaceAll(' ', '_'), LONGEST_NAME_COLUMNS - 1)
  return `${head}~`
}

function stacked(row: RosterRow, width: number): string[] {
  return linesOf(row).flatMap(([name = '', time = '', ...figures]) => [
    ...(name === '' ? [] : wrap(`${name} ${time}`, width, GAP)),
    ...wrap(figures.filter((figure) => figure !== '').join(', '), width - 2).map((line) => GAP + line),
  ])
}

function rosterCsv(rows: readonly RosterRow[]): string {
  const header = [
    'name',
    'startedAt',
    'partial',
    'transport',
    'rttP50Ns',
    'lossRatio',
    'goodputBitsPerSec',
    'verdict',
  ]
  const body = rows.flatMap(({ name, startedAt, partial, transports }) =>
    transports.map(({ transport, rttP50Ns, lossRatio, goodputBitsPerSec, verdict }) => [
      csvText(name),
      csvText(startedAt),
      String(partial),
      csvText(transport),
      ...[rttP50Ns, lossRatio, goodputBitsPerSec].map((value) => (value === null ? '' : String(value))),
      csvText(verdict ?? ''),
    ]),
  )
  return [header, ...body].map(csvLine).join('')
}

function rosterMarkdown(rows: readonly RosterRow[]): string {
  const row = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`
  const rule = `| ${HEADING.map((_, column) => (column > 2 && column < 6 ? '--:' : ':--')).join(' | ')} |`
  const note = rows.some(({ partial }) => partial) ? ['', '\\*: cut short'] : []
  return `${[row(HEADING), rule, ...rows.flatMap(linesOf).map(row), ...note].join('\n')}\n`
}
