import { metricOf } from '../measure/metrics.ts'
import type { ResultDocument, Verdict } from '../result/schema.ts'
import { formatValue } from './format-value.ts'
import { whyMissing } from './missing.ts'
import { figureOf, type Row, rowsOf } from './rows.ts'
import { printable, transportLabel } from './text.ts'
import { type VerdictWords, verdictWords } from './verdict-words.ts'

/** The table as words, before it is laid out. */
export interface Cells {
  readonly transports: readonly string[]
  readonly groups: readonly CellGroup[]
  /** Why cells are empty, and how to read the figures. */
  readonly notes: readonly string[]
}

export interface CellGroup {
  readonly title: string
  readonly lines: readonly CellLine[]
}

export interface CellLine {
  readonly label: string
  /** One for each transport. */
  readonly values: readonly string[]
  /** One for each transport but the first; empty with one transport. */
  readonly verdicts: readonly CellVerdict[]
}

export interface CellVerdict extends VerdictWords {
  readonly transport: string
}

const DASH: VerdictWords = { figures: '-', direction: '', tone: 'none' }

export function cellsOf(document: ResultDocument): Cells {
  const { transports } = document.config
  const notes = new Notes(transports.length)
  const groups = new Map<string, CellLine[]>()
  for (const row of rowsOf(document)) {
    const values = transports.map((transport) => {
      const value = figureOf(document, transport, row.workload, row.metric)
      if (value === null) notes.missing(transport, whyMissing(document, row, transport))
      return formatValue(value, metricOf(row.metric).unit)
    })
    const verdicts = transports.slice(1).map((transport, index) => ({
      transport: transportLabel(transport),
      ...wordsFor(document, row, transport, [values[0] ?? '-', values[index + 1] ?? '-'], notes),
    }))
    const lines = groups.get(row.group) ?? []
    groups.set(row.group, lines)
    lines.push({ label: row.label, values, verdicts })
  }
  return {
    transports: transports.map(transportLabel),
    groups: [...groups].map(([title, lines]) => ({ title, lines })),
    notes: notes.lines(),
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
  const verdict = document.verdicts.find((each) => isOf(each, row, document.config.transports[0], transport))
  if (verdict === undefined) {
    notes.notCompared(row.name, 'no block has a figure of its own for both')
    return { figures: 'not compared', direction: '', tone: 'none' }
  }
  const words = verdictWords(verdict)
  if (verdict.outcome === 'unknown') {
    const reason = printable(verdict.reason ?? '') || 'the document gives no reason'
    const hasEstimate = verdict.ratio !== null || verdict.difference !== null
    if (hasEstimate) notes.noInterval(reason)
    else notes.notCompared(row.name, reason)
  } else if (verdict.outcome !== 'none') {
    notes.explain(verdict)
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

/** Collects the reasons, and says each once. */
class Notes {
  readonly #transports: number
  readonly #missing: { subject: string; transport: string; why: string }[] = []
  readonly #notCompared = new Map<string, Set<string>>()
  readonly #noInterval = new Set<string>()
  #ratio: string | undefined
  #points: string | undefined

  constructor(transports: number) {
    this.#transports = transports
  }

  missing(transport: string, { subject, why }: { subject: string; why: string }): void {
    this.#missing.push({ subject, transport: transportLabel(transport), why })
  }

  notCompared(subject: string, why: string): void {
    const subjects = this.#notCompared.get(why) ?? new Set()
    this.#notCompared.set(why, subjects.add(subject))
  }

  noInterval(why: string): void {
    this.#noInterval.add(why)
  }

  explain({ ratio, a, b }: Verdict): void {
    const one = this.#transports === 2 ? `${transportLabel(b.transport)}’s` : 'the'
    const base = `${transportLabel(a.transport)}’s`
    if (ratio !== null) this.#ratio = `x: ${one} figure over ${base}`
    else this.#points = `%: ${one} share minus ${base}, in percentage points`
  }

  lines(): string[] {
    const reading = [this.#ratio, this.#points].filter((each) => each !== undefined)
    return [
      ...(reading.length > 0 ? [reading.join('; ')] : []),
      ...this.#missingLines(),
      ...[...this.#noInterval].map((why) => `no interval: ${why}`),
      ...[...this.#notCompared].map(([why, subjects]) => `not compared: ${[...subjects].join('; ')}: ${why}`),
    ]
  }

  /** Subjects that miss a value for the same reason over the same transports share a line. */
  #missingLines(): string[] {
    const byReason = new Map<string, { why: string; transports: Map<string, Set<string>> }>()
    for (const { subject, transport, why } of this.#missing) {
      const entry = byReason.get(why) ?? { why, transports: new Map<string, Set<string>>() }
      byReason.set(why, entry)
      const names = entry.transports.get(subject) ?? new Set<string>()
      entry.transports.set(subject, names.add(transport))
    }
    return [...byReason.values()].flatMap(({ why, transports }) => {
      const bySides = new Map<string, string[]>()
      for (const [subject, names] of transports) {
        const sides = [...names].join(', ')
        bySides.set(sides, [...(bySides.get(sides) ?? []), subject])
      }
      return [...bySides].map(([sides, subjects]) => {
        return `- ${subjects.join('; ')}${this.#transports > 1 ? ` (${sides})` : ''}: ${why}`
      })
    })
  }
}
