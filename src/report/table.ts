import Table from 'cli-table3'
import type { CellLine, Cells, CellVerdict } from './cells.ts'
import { type Paint, wrap } from './text.ts'
import { verdictLine } from './verdict-words.ts'

/** The table in at most `columns`: side by side where everything fits on its line, else one transport under the other. */
export function layOut(cells: Cells, columns: number, paint: Paint): string[] {
  const sides = sideBySide(cells)
  return sides.columns <= columns ? drawSideBySide(cells, sides, paint) : drawStacked(cells, columns, paint)
}

const VERDICT_GAP = 3

interface SideBySide {
  readonly labels: number
  readonly values: readonly number[]
  readonly verdicts: number
  readonly columns: number
}

function sideBySide(cells: Cells): SideBySide {
  const lines = cells.groups.flatMap((group) => group.lines)
  const longest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => text.length))
  const labels = longest(lines.map((line) => indented(line.label)))
  const values = cells.transports.map((transport, index) => {
    return 2 + longest([transport, ...lines.map((line) => line.values[index] ?? '')])
  })
  const hasVerdicts = cells.transports.length > 1
  const verdicts = hasVerdicts
    ? VERDICT_GAP +
      longest([
        headingOf(cells),
        ...lines.flatMap((line) => line.verdicts.map((each) => lineOf(each, cells))),
      ])
    : 0
  const columns = labels + values.reduce((sum, each) => sum + each, 0) + verdicts
  return { labels, values, verdicts, columns }
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
  const table = new Table({
    chars: noBorders,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colWidths: [sides.labels, ...sides.values, ...(hasVerdicts ? [sides.verdicts] : [])],
    colAligns: ['left', ...sides.values.map(() => 'right' as const), 'left'],
  })
  const gap = ' '.repeat(VERDICT_GAP)
  const verdictCell = (line: CellLine) =>
    line.verdicts.map((each) => gap + painted(each, lineOf(each, cells), paint)).join('\n')
  table.push(['', ...cells.transports, ...(hasVerdicts ? [gap + headingOf(cells)] : [])])
  const span = 1 + sides.values.length + (hasVerdicts ? 1 : 0)
  for (const group of cells.groups) {
    table.push([{ content: paint('bold', group.title), colSpan: span }])
    for (const line of group.lines) {
      table.push([indented(line.label), ...line.values, ...(hasVerdicts ? [verdictCell(line)] : [])])
    }
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
}

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
        const value = `    ${transport.padEnd(names)}  ${(line.values[index] ?? '').padStart(values)}`
        const verdict = line.verdicts[index - 1]
        if (verdict === undefined) {
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
