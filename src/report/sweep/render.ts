import { metricOf } from '../../measure/metrics.ts'
import { writeSweep } from '../../result/sweep-file.ts'
import type { SweepDocument } from '../../result/sweep-schema.ts'
import type { Cells } from '../cell-shapes.ts'
import { escaped, markdownList, markdownTable } from '../markdown.ts'
import { parameterName } from '../parameter-words.ts'
import type { RenderOptions } from '../render.ts'
import { pageOf, warningsOf } from '../sections.ts'
import { layOut } from '../table.ts'
import { createPaint, flow, GLUE, type Paint, pageColumns, printable, wrap } from '../text.ts'
import { sweepCells } from './cells.ts'
import { sweepCharts } from './chart.ts'
import { sweepClosing } from './closing.ts'
import { sweepCsv } from './csv.ts'
import { type Figure, figuresOf, type Grid, gridOf } from './grid.ts'
import { sweepHeader } from './header.ts'

const CHART_COLUMNS = 80

/** A sweep as text, ended by a line end. Nothing but the document and the options decides it. */
export function renderSweep(document: SweepDocument, { format, columns, color }: RenderOptions): string {
  switch (format) {
    case 'table':
      return drawSweep(document, pageColumns(columns), createPaint(color))
    case 'json':
      return writeSweep(document)
    case 'csv':
      return sweepCsv(document)
    case 'markdown':
      return markdownSweep(document)
  }
}

function drawSweep(document: SweepDocument, columns: number, paint: Paint): string {
  const grid = gridOf(document)
  const drawn = figuresOf(document).map((figure) => ({ figure, cells: sweepCells(document, grid, figure) }))
  const warnings = warningsOf(document).flatMap((warning) => wrap(warning, columns, '  '))
  return pageOf([
    sweepHeader(document).flatMap((parts) => flow(parts, columns)),
    partial(document)
      .flatMap((note) => wrap(note, columns, '  '))
      .map((line) => paint('bold', line)),
    ...drawn.flatMap(({ figure, cells }) => [
      [
        ...wrap(titleOf(figure, grid), columns, '  ').map((line) => paint('bold', line)),
        ...layOut(cells, columns, paint),
      ],
      cells.notes.flatMap((note) => wrap(note, columns, '  ')),
      ...sweepCharts(document, grid, figure, columns, paint),
    ]),
    warnings.map((line) => paint('yellow', line)),
    wrap(sweepClosing(document), columns),
  ])
}

function markdownSweep(document: SweepDocument): string {
  const grid = gridOf(document)
  const paint = createPaint(false)
  const figures = figuresOf(document).flatMap((figure) => {
    const cells: Cells = sweepCells(document, grid, figure)
    const charts = sweepCharts(document, grid, figure, CHART_COLUMNS, paint).map((chart) => chart.join('\n'))
    return [
      `## ${escaped(titleOf(figure, grid))}`,
      markdownTable(cells),
      markdownList(cells.notes.map((note) => note.replace(/^- /, 'no value: '))),
      charts.length === 0 ? '' : `\`\`\`text\n${charts.join('\n\n')}\n\`\`\``,
    ]
  })
  const sections = [
    sweepHeader(document)
      .map((parts) => escaped(parts.join(', ')))
      .join('  \n'),
    ...partial(document).map((note) => `**${escaped(note)}**`),
    ...figures,
    markdownList(warningsOf(document)),
    sweepClosing(document).replaceAll(GLUE, ' '),
  ]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

/** `echo, rttP50Ns by size: Median round trip.` */
function titleOf({ workload, metric }: Figure, { axis }: Grid): string {
  const [sentence = ''] = metricOf(metric).definition.split(/(?<=\.) /)
  return `${printable(workload)}, ${metric} by ${parameterName(axis ?? '')}: ${sentence}`
}

/** Said first, so that nobody takes a part for the whole. */
function partial({ partial, cells, config }: SweepDocument): string[] {
  if (!partial) return []
  const made = cells.reduce((sum, { runs }) => sum + runs.length, 0)
  const planned = cells.length * config.transports.length * config.workloads.length * config.blocks
  return [`PARTIAL: the sweep is not complete; this is what ${made} of its ${planned} runs measured.`]
}
