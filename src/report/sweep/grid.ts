import { isMetricId, type MetricId } from '../../measure/metrics.ts'
import type { Verdict } from '../../result/schema.ts'
import type { ParameterValue, SweepCell, SweepDocument } from '../../result/sweep-schema.ts'

/** One figure that is drawn of every cell. */
export interface Figure {
  readonly workload: string
  readonly metric: MetricId
}

/** The grid as it is drawn: the parameter with most values down the page, and across the others a group for each place. */
export interface Grid {
  /** Whose values are the rows; undefined where nothing varies. */
  readonly axis: string | undefined
  /** The other parameters. */
  readonly others: readonly string[]
  readonly groups: readonly Group[]
}

/** The cells that differ in the axis alone. */
export interface Group {
  readonly cells: readonly SweepCell[]
}

export function gridOf({ parameters, cells }: SweepDocument): Grid {
  const longest = parameters.reduce((most, each) => Math.max(most, each.values.length), 0)
  const axis = parameters.find(({ values }) => values.length === longest)?.id
  const others = parameters.map(({ id }) => id).filter((id) => id !== axis)
  const groups = new Map<string, SweepCell[]>()
  for (const cell of cells) {
    const place = JSON.stringify(others.map((id) => cell.parameters[id] ?? null))
    groups.set(place, [...(groups.get(place) ?? []), cell])
  }
  return { axis, others, groups: [...groups.values()].map((each) => ({ cells: each })) }
}

/** Those of the document that this version knows. */
export function figuresOf({ figures }: SweepDocument): Figure[] {
  return figures.flatMap(({ workload, metric }) => (isMetricId(metric) ? [{ workload, metric }] : []))
}

export function valueAt(cell: SweepCell, axis: string | undefined): ParameterValue | undefined {
  return axis === undefined ? undefined : cell.parameters[axis]
}

/** The median over the blocks of a cell. */
export function medianAt(cell: SweepCell, transport: string, { workload, metric }: Figure): number | null {
  const found = cell.summary.find((each) => each.transport === transport && each.workload === workload)
  return found?.metrics[metric] ?? null
}

export function verdictAt(
  cell: SweepCell,
  base: string | undefined,
  transport: string,
  { workload, metric }: Figure,
): Verdict | undefined {
  return cell.verdicts.find((each) => {
    const isOfFigure = each.workload === workload && each.metric === metric
    return isOfFigure && each.a.transport === base && each.b.transport === transport
  })
}
