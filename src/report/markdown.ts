import type { ResultDocument } from '../result/schema.ts'
import type { Cells } from './cell-shapes.ts'
import { cellsOf } from './cells.ts'
import { drawChart } from './chart.ts'
import { closingOf } from './closing.ts'
import { headerOf } from './header.ts'
import { partialNote, warningsOf } from './sections.ts'
import { headingOf, lineOf } from './table.ts'
import { createPaint, GLUE } from './text.ts'

const CHART_COLUMNS = 80

/** The same page for a README, an issue or a report. */
export function markdown(document: ResultDocument): string {
  const cells = cellsOf(document)
  const partial = partialNote(document)
  const sections = [
    headerOf(document)
      .map((parts) => escaped(parts.join(', ')))
      .join('  \n'),
    partial === undefined ? '' : `**${escaped(partial)}**`,
    cells.groups.length === 0 ? 'Nothing was measured.' : markdownTable(cells),
    markdownList(cells.notes.map((note) => note.replace(/^- /, 'no value: '))),
    markdownList(warningsOf(document)),
    ['```text', ...drawChart(document, CHART_COLUMNS, createPaint(false)), '```'].join('\n'),
    closingOf(document).replaceAll(GLUE, ' '),
  ]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

export function markdownTable(cells: Cells): string {
  const compares = cells.transports.length > 1
  const row = (texts: readonly string[]) => `| ${texts.join(' | ')} |`
  return [
    row(['', ...cells.transports, ...(compares ? [headingOf(cells)] : [])].map(escaped)),
    row([':--', ...cells.transports.map(() => '--:'), ...(compares ? [':--'] : [])]),
    ...cells.groups.flatMap((group) => [
      row([`**${escaped(group.title)}**`, ...cells.transports.map(() => ''), ...(compares ? [''] : [])]),
      ...group.lines.map((line) => {
        const verdicts = line.verdicts.map((each) => escaped(lineOf(each, cells))).join('<br>')
        return row([escaped(line.label.trim()), ...line.values.map(escaped), ...(compares ? [verdicts] : [])])
      }),
    ]),
  ].join('\n')
}

export const markdownList = (lines: readonly string[]): string =>
  lines.map((line) => `- ${escaped(line)}`).join('\n')

/** Text from a document is text: no markup, no cell border. */
export function escaped(text: string): string {
  return text
    .replaceAll(GLUE, ' ')
    .replace(/[\\`*_{}[\]<>#|~]/g, '\\$&')
    .replace(/^-$/, '\\-')
}
