import { isMetricId, metricOf } from '../../measure/metrics.ts'
import type { Change, DiffDocument } from '../../result/diff.ts'
import type { CellLine, Cells } from '../cell-shapes.ts'
import { formatValue } from '../format-value.ts'
import { Notes } from '../notes.ts'
import { printable, transportLabel } from '../text.ts'
import { verdictWords } from '../verdict-words.ts'

const BASE = 'A'
const OTHER = 'B'

/** The table of two results: a group for each transport and workload, a line for each metric. */
export function diffCells({ changes }: DiffDocument): Cells {
  const notes = new Notes(2)
  const groups = [...groupsOf(changes)].flatMap(([title, group]) => {
    const isLacking = (['a', 'b'] as const).some((side) => group.every((change) => change[side].blocks === 0))
    for (const change of group) explain(change, isLacking ? title : `${title} ${labelOf(change)}`, notes)
    return isLacking ? [] : [{ title, lines: group.map(lineOf) }]
  })
  return { transports: [BASE, OTHER], groups, notes: notes.lines() }
}

function groupsOf(changes: readonly Change[]): Map<string, Change[]> {
  const groups = new Map<string, Change[]>()
  for (const change of changes) {
    const title = `${transportLabel(change.transport)} ${printable(change.workload)}`
    groups.set(title, [...(groups.get(title) ?? []), change])
  }
  return groups
}

/** The metric without its unit, which the values have. */
function labelOf({ metric }: Change): string {
  if (metric === 'interarrivalJitterNs') return 'jitter'
  return metric.replace(/(Ns|Ratio|BitsPerSec|PerSec)$/, '')
}

function lineOf(change: Change): CellLine {
  const { metric, a, b } = change
  const format = (value: number | null) =>
    isMetricId(metric) ? formatValue(value, metricOf(metric).unit) : String(value ?? '-')
  return {
    label: labelOf(change),
    values: [format(a.value), format(b.value)],
    verdicts: [{ transport: OTHER, ...verdictWords(change) }],
  }
}

function explain({ outcome, reason, ratio, difference }: Change, subject: string, notes: Notes): void {
  if (outcome !== 'unknown') {
    notes.interval()
    if (outcome === 'none') return
    notes.explain({ ratio, a: { transport: BASE }, b: { transport: OTHER } })
  } else if (ratio === null && difference === null) {
    notes.notCompared(subject, reason ?? '')
  } else {
    notes.noInterval(subject, reason ?? '')
  }
}
