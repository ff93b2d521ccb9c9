import type { DiffDocument, DiffedResult } from '../../result/diff.ts'
import { formatTime } from '../format-value.ts'
import { escaped, markdownList, markdownTable } from '../markdown.ts'
import type { RenderOptions } from '../render.ts'
import { pageOf, warningsOf } from '../sections.ts'
import { layOut } from '../table.ts'
import { createPaint, flow, GLUE, pageColumns, printable, wrap } from '../text.ts'
import { diffCells } from './cells.ts'
import { diffClosing } from './closing.ts'
import { diffCsv } from './csv.ts'

/** Two results, metric by metric, as text, ended by a line end. */
export function renderDiff(diff: DiffDocument, { format, columns, color }: RenderOptions): string {
  switch (format) {
    case 'table':
      return drawDiff(diff, pageColumns(columns), color)
    case 'json':
      return `${JSON.stringify(diff, null, 2)}\n`
    case 'csv':
      return diffCsv(diff)
    case 'markdown':
      return markdownDiff(diff)
  }
}

function headerOf({ a, b }: DiffDocument): string[][] {
  const line = (side: string, { name, version, startedAt, target }: DiffedResult) =>
    [
      `${side}: ${printable(name)}`,
      `netcmp ${printable(version)}`,
      printable(target),
      formatTime(startedAt),
    ].filter((part) => part !== '')
  return [line('A', a), line('B', b)]
}

function drawDiff(diff: DiffDocument, columns: number, color: boolean): string {
  const paint = createPaint(color)
  const cells = diffCells(diff)
  const warnings = warningsOf(diff).flatMap((warning) => wrap(warning, columns, '  '))
  const sections = [
    headerOf(diff).flatMap((parts) => flow(parts, columns)),
    layOut(cells, columns, paint),
    [
      ...cells.notes.flatMap((note) => wrap(note, columns, '  ')),
      ...warnings.map((line) => paint('yellow', line)),
    ],
    wrap(diffClosing(diff), columns),
  ]
  return pageOf(sections)
}

function markdownDiff(diff: DiffDocument): string {
  const cells = diffCells(diff)
  const sections = [
    headerOf(diff)
      .map((parts) => escaped(parts.join(', ')))
      .join('  \n'),
    markdownTable(cells),
    markdownList(cells.notes),
    markdownList(warningsOf(diff)),
    escaped(diffClosing(diff).replaceAll(GLUE, ' ')),
  ]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}
