import type { ResultDocument } from '../result/schema.ts'
import { cellsOf } from './cells.ts'
import { drawChart } from './chart.ts'
import { closingOf } from './closing.ts'
import { headerOf } from './header.ts'
import { partialNote, warningsOf } from './sections.ts'
import { layOut } from './table.ts'
import { createPaint, flow, wrap } from './text.ts'

const MIN_COLUMNS = 40
const MAX_COLUMNS = 80

/** What a person sees: header, table, notes, warnings, chart, closing; no line longer than `columns`, nor than 80. */
export function drawPage(document: ResultDocument, wanted: number, color: boolean): string {
  const columns = pageColumns(wanted)
  const paint = createPaint(color)
  const cells = cellsOf(document)
  const partial = partialNote(document)
  const warnings = warningsOf(document).flatMap((warning) => wrap(warning, columns, '  '))
  const sections = [
    headerOf(document).flatMap((parts) => flow(parts, columns)),
    partial === undefined ? [] : wrap(partial, columns, '  ').map((line) => paint('bold', line)),
    cells.groups.length === 0 ? ['Nothing was measured.'] : layOut(cells, columns, paint),
    [
      ...cells.notes.flatMap((note) => wrap(note, columns, '  ')),
      ...warnings.map((line) => paint('yellow', line)),
    ],
    drawChart(document, columns, paint),
    wrap(closingOf(document), columns),
  ]
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`
}

/** The width of a page on a terminal: 40 to 80. */
export function pageColumns(wanted: number): number {
  return Number.isFinite(wanted)
    ? Math.max(MIN_COLUMNS, Math.min(MAX_COLUMNS, Math.floor(wanted)))
    : MAX_COLUMNS
}
