import { metricOf } from '../measure/metrics.ts'
import type { ResultDocument, Verdict } from '../result/schema.ts'
import type { CellLine, Cells } from './cell-shapes.ts'
import { clockNote } from './clock-note.ts'
import { engineNotes } from './engine-notes.ts'
import { formatValue } from './format-value.ts'
import { linkGroups } from './link-cells.ts'
import {
  failuresOf,
  isShortOfMessages,
  tooFewInOneBlock,
  unmeasured,
  whyMissing,
  whyNotCompared,
  whyNothing,
} from './missing.ts'
import { Notes } from './notes.ts'
import type { Row } from './row-rule.ts'
import { figureOf, rowsOf } from './rows.ts'
import { printable, transportLabel } from './text.ts'
import { type VerdictWords, verdictWords } from './verdict-words.ts'

const DASH: VerdictWords = { figures: '-', direction: '', tone: 'none' }

export function cellsOf(document: ResultDocument): Cells {
  const { transports } = document.config
  const notes = new Notes(transports.length)
  const groups = new Map<string, CellLine[]>()
  for (const row of rowsOf(document)) {
    const { unit, comparison } = metricOf(row.metric)
    // A bound: it is compared with nothing, and where messages cannot be lost there is none.
    const isBound = comparison === 'none'
    const values = transports.map((transport) => {
      const value = figureOf(document, transport, row.workload, row.metric)
      if (value === null && isBound && !isShortOfMessages(document, row, transport)) return ''
      if (value === null) notes.missing(transport, whyMissing(document, row, transport))
      return formatValue(value, unit)
    })
    const verdicts = (isBound ? [] : transports.slice(1)).map((transport, index) => ({
      transport: transportLabel(transport),
      ...wordsFor(document, row, transport, [values[0] ?? '-', values[index + 1] ?? '-'], notes),
    }))
    const lines = groups.get(row.group) ?? []
    groups.set(row.group, lines)
    lines.push({ label: row.label, values, verdicts })
  }
  const ofLink = linkGroups(document, notes)
  const workloads = unmeasured(document)
  for (const transport of transports) {
    for (const subject of workloads) {
      notes.missing(transport, {
        subject: printable(subject) || '?',
        why: whyNothing(document, transport, subject),
      })
    }
    for (const subject of document.config.workloads) {
      const why = failuresOf(document, transport, subject)
      if (why !== undefined) notes.failed(transport, printable(subject) || '?', why)
    }
  }
  const clocks = clockNote(document) ?? []
  return {
    transports: transports.map(transportLabel),
    groups: [...[...groups].map(([title, lines]) => ({ title, lines })), ...ofLink],
    notes: [...notes.lines(), ...engineNotes(document)].concat(clocks),
  }
}

function wordsFor(
  document: ResultDocument,
  row: Row,
  transport: string,
  values: readonly string[],
  notes: Notes,
): VerdictWords {
  if (values.includes('-')) return DASH
  const base = document.config.transports[0] ?? ''
  const sides = [base, transport]
  const verdict = document.verdicts.find((each) => isOf(each, row, base, transport))
  if (verdict === undefined) {
    notes.notCompared(row.name, whyNotCompared(document, row, sides))
    return { figures: 'not compared', direction: '', tone: 'none' }
  }
  const words = verdictWords(verdict)
  if (verdict.outcome === 'unknown') {
    const reason = printable(verdict.reason ?? '') || 'the document gives no reason'
    const hasEstimate = verdict.ratio !== null || verdict.difference !== null
    if (hasEstimate) notes.noInterval(row.name, reason)
    else notes.notCompared(row.name, tooFewInOneBlock(document, row, sides) ?? reason)
  } else {
    notes.interval()
    if (verdict.outcome !== 'none') notes.explain(verdict)
  }
  return words
}

function isOf(verdict: Verdict, row: Row, base: string | undefined, transport: string): boolean {
  return (
    verdict.workload === row.workload &&
    verdict.metric === row.metric &&
    verdict.a.transport === base &&
    verdict.b.transport === transport
  )
}
