import { metricOf } from '../../measure/metrics.ts'
import type { SweepCell, SweepDocument } from '../../result/sweep-schema.ts'
import type { CellLine, Cells } from '../cell-shapes.ts'
import { unreadNote } from '../engine-notes.ts'
import { formatValue } from '../format-value.ts'
import { Notes } from '../notes.ts'
import { parameterName, parameterValue, placeText } from '../parameter-words.ts'
import { printable, transportLabel } from '../text.ts'
import { verdictWords } from '../verdict-words.ts'
import { type Figure, type Grid, medianAt, valueAt, verdictAt } from './grid.ts'
import { whyNoMedian } from './missing.ts'

/** More cells than this are counted in a note, not named. */
const NAMED = 4

/** One figure of a sweep as a table: a line for each cell. */
export function sweepCells(document: SweepDocument, grid: Grid, figure: Figure): Cells {
  const { transports } = document.config
  const reasons = new Reasons(transports.length)
  const groups = grid.groups.map(({ cells }) => {
    const [first] = cells
    const place = first === undefined ? '' : placeText(first.parameters, grid.others)
    return {
      title: place === '' ? parameterName(grid.axis ?? '') : place,
      lines: cells.map((cell) => lineOf(document, grid, cell, figure, reasons)),
    }
  })
  const notes = [...reasons.lines(), ...unreadNote(unreadOf(document, figure))]
  return { transports: transports.map(transportLabel), groups, notes }
}

/** In some cell, at least, of what the goodput counts. */
function unreadOf({ cells, config }: SweepDocument, { workload, metric }: Figure): string[] {
  if (metric !== 'goodputBitsPerSec') return []
  return config.transports.filter((transport) =>
    cells.some((cell) => (medianAt(cell, transport, { workload, metric: 'unreadRatio' }) ?? 0) > 0),
  )
}

function lineOf(
  document: SweepDocument,
  { axis, others }: Grid,
  cell: SweepCell,
  figure: Figure,
  reasons: Reasons,
): CellLine {
  const { transports } = document.config
  const { unit, comparison } = metricOf(figure.metric)
  const label = axis === undefined ? '' : parameterValue(axis, valueAt(cell, axis) ?? '')
  const ids = axis === undefined ? others : [...others, axis]
  const where = others.length === 0 ? label : placeText(cell.parameters, ids)
  const medians = transports.map((transport) => medianAt(cell, transport, figure))
  for (const [index, transport] of transports.entries()) {
    if (medians[index] === null)
      reasons.missing(where, transport, whyNoMedian(document, cell, transport, figure))
  }
  const verdicts = (comparison === 'none' ? [] : transports.slice(1)).map((transport) => {
    const verdict = verdictAt(cell, transports[0], transport, figure)
    const words = verdict && verdictWords(verdict)
    if (verdict?.outcome === 'unknown' && !medians.includes(null))
      reasons.noVerdict(where, printable(verdict.reason ?? ''))
    else if (verdict && /^[ab]$/.test(verdict.outcome)) reasons.notes.explain(verdict)
    return {
      transport: transportLabel(transport),
      ...(words ?? { figures: '-', direction: '', tone: 'none' as const }),
    }
  })
  return { label, values: medians.map((value) => formatValue(value, unit)), verdicts }
}

/** Why cells lack something: each reason once, with the cells that it holds for. */
class Reasons {
  readonly notes: Notes
  readonly #missing = new Map<string, { transport: string; why: string; cells: string[] }>()
  readonly #noVerdict = new Map<string, string[]>()

  constructor(transports: number) {
    this.notes = new Notes(transports)
  }

  missing(cell: string, transport: string, why: string): void {
    const key = `${transport} ${why}`
    const found = this.#missing.get(key)
    if (found) found.cells.push(cell)
    else this.#missing.set(key, { transport, why, cells: [cell] })
  }

  noVerdict(cell: string, why: string): void {
    this.#noVerdict.set(why, [...(this.#noVerdict.get(why) ?? []), cell])
  }

  lines(): string[] {
    for (const { transport, why, cells } of this.#missing.values()) {
      this.notes.missing(transport, { subject: named(cells), why })
    }
    for (const [why, cells] of this.#noVerdict) {
      if (why !== '') this.notes.noInterval(named(cells), why)
    }
    return this.notes.lines()
  }
}

function named(cells: readonly string[]): string {
  const rest = cells.length - NAMED
  return rest <= 1 ? cells.join('; ') : `${cells.slice(0, NAMED).join('; ')} and ${rest} more`
}
