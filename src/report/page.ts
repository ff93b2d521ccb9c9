import type { ResultDocument } from '../result/schema.ts'
import { cellsOf } from './cells.ts'
import { drawChart } from './chart.ts'
import { closingOf } from './closing.ts'
import { headerOf } from './header.ts'
import { pageOf, partialNote, warningsOf } from './sections.ts'
import { layOut } from './table.ts'
import { createPaint, flow, pageColumns, wrap } from './text.ts'

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
  return pageOf(sections)
}
