import { metricOf } from '../../measure/metrics.ts'
import type { SweepCell, SweepDocument } from '../../result/sweep-schema.ts'
import { parameterName, parameterValue, placeText } from '../parameter-words.ts'
import { labelColumns, plotHeading, plotted, type Stroke, strokes } from '../plot.ts'
import { type Paint, transportLabel, wrap } from '../text.ts'
import { scaleOf } from '../vertical-scale.ts'
import { horizontalAxis, horizontalScale } from './axis.ts'
import { type Figure, type Grid, type Group, medianAt, valueAt } from './grid.ts'

/** Of one figure: where there are more groups, the others are only in the table. */
const MOST_CHARTS = 4
/** Two values make no curve: the table says all there is. */
const LEAST_VALUES = 3

/** One figure against the parameter with most values, a chart for each place of the others; or a line that says why there is none. */
export function sweepCharts(
  document: SweepDocument,
  grid: Grid,
  figure: Figure,
  columns: number,
  paint: Paint,
): string[][] {
  if (grid.groups.every(({ cells }) => cells.length < LEAST_VALUES)) {
    return [
      wrap(`no chart of ${nameOf(figure)}: a curve takes an option with three values or more`, columns, '  '),
    ]
  }
  const charts = drawnOf(grid.groups).map((group) => chartOf(document, grid, group, figure, columns, paint))
  const rest = grid.groups.length - charts.length
  const more = rest === 1 ? 'one more chart is' : `${rest} more charts are`
  return rest > 0 ? [...charts, wrap(`${more} left out: the table has their figures`, columns)] : charts
}

/** The first, the last, and some between: what varies is seen from one end to the other. */
function drawnOf(groups: readonly Group[]): Group[] {
  if (groups.length <= MOST_CHARTS) return [...groups]
  const last = groups.length - 1
  return Array.from({ length: MOST_CHARTS }, (_, n) => Math.round((n * last) / (MOST_CHARTS - 1))).flatMap(
    (index) => groups[index] ?? [],
  )
}

const nameOf = ({ metric, workload }: Figure, note = ''): string => `${metric} (${workload}${note})`

interface Series {
  readonly label: string
  readonly stroke: Stroke
  readonly medians: readonly (number | null)[]
}

function chartOf(
  document: SweepDocument,
  grid: Grid,
  group: Group,
  figure: Figure,
  columns: number,
  paint: Paint,
): string[] {
  const axis = grid.axis ?? ''
  const cells = [...group.cells].sort((a, b) => ascending(a, b, axis))
  const series = seriesOf(document, cells, figure)
  const measured = series.flatMap(({ medians }) => medians.filter((value) => value !== null))
  const place = group.cells[0] ? placeText(group.cells[0].parameters, grid.others) : ''
  const against = `against ${parameterName(axis)}${place === '' ? '' : `, ${place}`}`
  const where = `${nameOf(figure)} ${against}`
  if (measured.length === 0) return wrap(`no chart of ${where}: nothing was measured`, columns, '  ')
  if (new Set(measured).size < 2) {
    return wrap(`no chart of ${where}: every value is the same`, columns, '  ')
  }
  const scale = scaleOf(measured, metricOf(figure.metric).unit)
  const title = nameOf(figure, scale.isLogarithmic ? ', log scale' : '')
  const values = cells.map((cell) => valueAt(cell, axis) ?? '')
  const { positions, note } = horizontalScale(values)
  const labels = labelColumns(scale)
  const length = columns - labels - 1
  const at = positions.map((position) => Math.round(position * (length - 1)))
  const drawn = series.map(({ stroke, medians }) => ({ stroke, ...curve(medians, at, length) }))
  return [
    ...plotHeading(`${title} ${against}${note}`, series, columns, paint),
    ...plotted(drawn, scale, paint),
    ...horizontalAxis(
      labels + 1,
      length,
      at,
      values.map((value) => parameterValue(axis, value)),
    ),
  ]
}

/** Texts stay in the order they were given. */
function ascending(a: SweepCell, b: SweepCell, axis: string): number {
  const [one, other] = [valueAt(a, axis), valueAt(b, axis)]
  return typeof one === 'number' && typeof other === 'number' ? one - other : 0
}

/** Those of which anything was measured, as far as there are strokes. */
function seriesOf(document: SweepDocument, cells: readonly SweepCell[], figure: Figure): Series[] {
  return document.config.transports
    .map((transport) => ({
      label: transportLabel(transport),
      medians: cells.map((cell) => medianAt(cell, transport, figure)),
    }))
    .filter(({ medians }) => medians.some((value) => value !== null))
    .flatMap((each, index) => {
      const stroke = strokes[index]
      return stroke ? [{ ...each, stroke }] : []
    })
}

/** Straight from one measured value to the next; where one between them is missing, nothing is to be seen. */
function curve(
  medians: readonly (number | null)[],
  at: readonly number[],
  length: number,
): { values: number[]; isHidden(column: number): boolean } {
  const points = medians.flatMap((value, index) =>
    value === null ? [] : [{ index, column: at[index] ?? 0, value }],
  )
  const values = Array.from({ length }, (_, column) => valueBetween(points, column))
  const isShown = (column: number) =>
    points.some((point, index) => {
      const next = points[index + 1]
      if (next === undefined || next.index > point.index + 1) return isBeside(column, point.column, length)
      return column >= point.column && column < next.column
    })
  return { values, isHidden: (column) => !isShown(column) }
}

/** A value alone is seen in one column. */
const isBeside = (column: number, at: number, length: number) => column === Math.min(at, length - 2)

interface Point {
  readonly index: number
  readonly column: number
  readonly value: number
}

function valueBetween(points: readonly Point[], column: number): number {
  const after = points.find((point) => point.column >= column) ?? (points.at(-1) as Point)
  const before = points.findLast((point) => point.column <= column) ?? after
  if (after.column <= before.column) return before.value
  const share = (column - before.column) / (after.column - before.column)
  return before.value + (after.value - before.value) * Math.min(1, Math.max(0, share))
}
