import Table from 'cli-table3'
import type { CellLine, Cells, CellVerdict } from './cell-shapes.ts'
import { type Paint, wrap } from './text.ts'
import { verdictLine } from './verdict-words.ts'

/**
 * The table in at most `columns`: a column for each transport and one for the verdicts, if need be closer together; where
 * that is too wide for three or more, the verdicts beneath each line; else one transport under the other.
 */
export function layOut(cells: Cells, columns: number, paint: Paint): string[] {
  const sides = sideBySide(cells, 2, VERDICT_GAP)
  if (sides.columns <= columns) return drawSideBySide(cells, sides, paint)
  const close = sideBySide(cells, 1, 2)
  if (close.columns <= columns) return drawSideBySide(cells, close, paint)
  const noVerdicts = { ...sides, verdicts: 0, columns: sides.columns - sides.verdicts }
  const beneath = BENEATH_INDENT.length + Math.max(0, ...verdictWidths(cells))
  const fits = cells.transports.length > 2 && Math.max(noVerdicts.columns, beneath) <= columns
  return fits ? drawBeneath(cells, columns, noVerdicts, paint) : drawStacked(cells, columns, paint)
}

const VERDICT_GAP = 3
const BENEATH_INDENT = ' '.repeat(6)

interface SideBySide {
  readonly labels: number
  readonly values: readonly number[]
  readonly verdicts: number
  /** Before the verdicts, part of their width. */
  readonly verdictGap: number
  readonly columns: number
}

function sideBySide(cells: Cells, valueGap: number, verdictGap: number): SideBySide {
  const lines = cells.groups.flatMap((group) => group.lines)
  const longest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => text.length))
  const values = cells.transports.map((transport, index) => {
    return valueGap + longest([transport, ...lines.map((line) => line.values[index] ?? '')])
  })
  const hasVerdicts = cells.transports.length > 1
  const verdicts = hasVerdicts
    ? verdictGap +
      longest([
        headingOf(cells),
        ...lines.flatMap((line) => line.verdicts.map((each) => lineOf(each, cells))),
      ])
    : 0
  const rest = values.reduce((sum, each) => sum + each, 0) + verdicts
  // A title spans the line, and is never cut.
  const titles = longest(cells.groups.map(({ title }) => title)) - rest
  const labels = Math.max(titles, longest(lines.map((line) => indented(line.label))))
  const columns = labels + rest
  return { labels, values, verdicts, verdictGap, columns }
}

const indented = (label: string) => `  ${label}`

/** What the verdicts are: they are read against the first transport. */
export function headingOf({ transports }: Cells): string {
  const [base, ...others] = transports
  return others.length === 1
    ? `${others[0]} against ${base}, 95 % interval`
    : `against ${base}, 95 % interval`
}

/** With more than one transport to compare, each verdict names its own. */
export function lineOf(verdict: CellVerdict, cells: Cells): string {
  const line = verdictLine(verdict)
  return cells.transports.length > 2 ? `${verdict.transport} ${line}` : line
}

function painted(verdict: CellVerdict, line: string, paint: Paint): string {
  if (verdict.tone === 'none' || !line.endsWith(verdict.direction)) return line
  const figures = line.slice(0, line.length - verdict.direction.length)
  return figures + paint(verdict.tone === 'better' ? 'green' : 'red', verdict.direction)
}

const noBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
} as const

function drawSideBySide(cells: Cells, sides: SideBySide, paint: Paint): string[] {
  const hasVerdicts = sides.verdicts > 0
  const table = emptyTable(sides)
  const gap = ' '.repeat(sides.verdictGap)
  const verdictCell = (line: CellLine) =>
    line.verdicts.map((each) => gap + painted(each, lineOf(each, cells), paint)).join('\n')
  table.push(['', ...cells.transports, ...(hasVerdicts ? [gap + headingOf(cells)] : [])])
  for (const group of cells.groups) {
    table.push(spanning(paint('bold', group.title), sides))
    for (const line of group.lines) {
      table.push([indented(line.label), ...line.values, ...(hasVerdicts ? [verdictCell(line)] : [])])
    }
  }
  return linesOf(table)
}

function drawBeneath(cells: Cells, columns: number, sides: SideBySide, paint: Paint): string[] {
  const filled = { ...sides, verdicts: columns - sides.columns }
  const table = emptyTable(filled)
  const widths = verdictWidths(cells)
  const onOneLine = widths.reduce((sum, each) => sum + each + VERDICT_GAP, BENEATH_INDENT.length) <= columns
  // Two rows in succession that lack a cell get a blank line between them.
  const rest = filled.verdicts > 0 ? [''] : []
  table.push(['', ...cells.transports])
  for (const group of cells.groups) {
    table.push(spanning(paint('bold', group.title), filled))
    for (const line of group.lines) {
      table.push([indented(line.label), ...line.values, ...rest])
      if (line.verdicts.length === 0) continue
      const texts = line.verdicts.map((each, index) => {
        const plain = lineOf(each, cells)
        return painted(each, plain, paint) + ' '.repeat(Math.max(0, (widths[index] ?? 0) - plain.length))
      })
      const [first] = line.verdicts
      const isSame = line.verdicts.every((each) => verdictLine(each) === first?.figures)
      const shared = isSame
        ? [first?.figures ?? '']
        : onOneLine
          ? [texts.join(' '.repeat(VERDICT_GAP))]
          : texts
      for (const text of shared) table.push(spanning(BENEATH_INDENT + text, filled))
    }
  }
  return [...wrap(`${headingOf(cells)}, beneath each line`, columns), ...linesOf(table)]
}

/** Of each transport but the first. */
function verdictWidths(cells: Cells): number[] {
  const lines = cells.groups.flatMap((group) => group.lines)
  return cells.transports.slice(1).map((_, index) => {
    const verdicts = lines.flatMap((line) => line.verdicts[index] ?? [])
    return Math.max(0, ...verdicts.map((each) => lineOf(each, cells).length))
  })
}

function emptyTable(sides: SideBySide): Table.Table {
  return new Table({
    chars: noBorders,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colWidths: [sides.labels, ...sides.values, ...(sides.verdicts > 0 ? [sides.verdicts] : [])],
    colAligns: ['left', ...sides.values.map(() => 'right' as const), 'left'],
  })
}

const spanning = (content: string, sides: SideBySide) => [
  { content, colSpan: 1 + sides.values.length + (sides.verdicts > 0 ? 1 : 0) },
]

const linesOf = (table: Table.Table): string[] =>
  table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())

/** A label, then each transport with its value, and its verdict beside it or, where that is too narrow, beneath. */
function drawStacked(cells: Cells, columns: number, paint: Paint): string[] {
  const lines = cells.groups.flatMap((group) => group.lines)
  const names = Math.max(...cells.transports.map((name) => name.length))
  const values = Math.max(0, ...lines.flatMap((line) => line.values.map((value) => value.length)))
  const verdicts = Math.max(
    0,
    ...lines.flatMap((line) => line.verdicts.map((each) => verdictLine(each).length)),
  )
  const beside = 4 + names + 2 + values + VERDICT_GAP + verdicts <= columns
  const out = wrap(headingOf(cells), columns)
  for (const group of cells.groups) {
    out.push(paint('bold', group.title))
    for (const line of group.lines) {
      out.push(indented(line.label))
      for (const [index, transport] of cells.transports.entries()) {
        if (line.values[index] === '') continue
        const value = `    ${transport.padEnd(names)}  ${(line.values[index] ?? '').padStart(values)}`
        const verdict = line.verdicts[index - 1]
        if (verdict === undefined || verdict.figures === '-') {
          out.push(value)
        } else if (beside) {
          out.push(`${value}${' '.repeat(VERDICT_GAP)}${painted(verdict, verdictLine(verdict), paint)}`)
        } else {
          const beneath = wrap(verdictLine(verdict), columns - 6)
          out.push(value, ...beneath.map((each) => `      ${painted(verdict, each, paint)}`))
        }
      }
    }
  }
  return out
}
