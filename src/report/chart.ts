import asciichart from 'asciichart'
import { NS_PER_MS, NS_PER_SEC, NS_PER_US } from '../core/units.ts'
import type { ResultDocument } from '../result/schema.ts'
import { formatValue } from './format-value.ts'
import { isMeasured, summaryOf } from './rows.ts'
import { flow, type Paint, type Style, transportLabel, wrap } from './text.ts'

/** Rows of the plot, less one. */
const HEIGHT = 8
/** Past this ratio of the slowest to the fastest, a linear scale would flatten all but the tail. */
const LOGARITHMIC_FROM = 10

interface Line {
  /** In asciichart's order, so that each series shows without colour too. */
  readonly symbols: readonly string[]
  readonly sample: string
  readonly style: Style
}

const lines: readonly Line[] = [
  { symbols: [...'┼┤╶╴─╰╭╮╯│'], sample: '──', style: 'cyan' },
  { symbols: [...'╪┤╶╴═╚╔╗╝║'], sample: '══', style: 'magenta' },
  { symbols: [...'┿┤╺╸━┗┏┓┛┃'], sample: '━━', style: 'green' },
  { symbols: [...'┼┤········'], sample: '··', style: 'blue' },
  { symbols: [...'┼┤╌╌╌╌╌╌╌┆'], sample: '╌╌', style: 'yellow' },
]

interface Series {
  readonly label: string
  readonly curve: readonly number[]
  readonly line: Line
}

/** Latency by percentile, every transport on one scale; a line that says why where there is nothing to draw. */
export function drawChart(document: ResultDocument, columns: number, paint: Paint): string[] {
  const workload = ['echo', 'chat'].find((each) => seriesOf(document, each).length > 0)
  if (workload === undefined) return wrap(`no chart: ${whyNone(document)}`, columns, '  ')
  const series = seriesOf(document, workload)
  const scale = scaleOf(series.flatMap(({ curve }) => curve))
  const labels = Math.max(...scale.labels.map((label) => label.length))
  const length = columns - labels - 1
  const plots = series.map(({ curve, line }) =>
    asciichart.plot(resampled(curve, length).map(scale.levelOf), {
      offset: 2,
      min: 0,
      max: HEIGHT,
      height: HEIGHT,
      symbols: line.symbols,
      format: (level) => `${(scale.labels[Math.round(level)] ?? '').padStart(labels)} `,
    }),
  )
  const title = `LATENCY by percentile, ${workload === 'echo' ? 'round trip' : 'chat delivery'}${scale.note}`
  const legend = series.map(({ label, line }) => `${line.sample} ${label}`)
  const heading = flow([title, ...legend], columns).map((text) => {
    const isTitle = text.startsWith(title)
    const samples = isTitle ? text.slice(title.length) : text
    const colored = series.reduce(
      (done, { line }) => done.replace(line.sample, paint(line.style, line.sample)),
      samples,
    )
    return isTitle ? paint('bold', title) + colored : colored
  })
  return [...heading, ...overlaid(plots, labels + 1, series, paint), ...axis(labels + 1, length)]
}

function seriesOf(document: ResultDocument, workload: string): Series[] {
  const measured = document.config.transports.flatMap((transport) => {
    const curve = summaryOf(document, transport, workload)?.curve
    return curve && curve.length > 0 ? [{ label: transportLabel(transport), curve }] : []
  })
  return measured.flatMap((each, index) => {
    const line = lines[index]
    return line ? [{ ...each, line }] : []
  })
}

function whyNone(document: ResultDocument): string {
  const timed = ['echo', 'chat'].filter((workload) => document.config.workloads.includes(workload))
  if (timed.length === 0) return 'only echo and chat measure a latency, and neither was run'
  if (!timed.some((workload) => isMeasured(document, workload))) {
    const runs = document.runs.filter(({ workload }) => timed.includes(workload))
    if (runs.length === 0) return `${timed.join(' and ')} did not run`
    if (runs.every(({ error }) => error !== null)) return `every run of ${timed.join(' and ')} failed`
    return runs.every(({ block }) => block === 0) ? 'only the warm-up ran' : 'no block was counted'
  }
  const received = document.summary.some(({ workload, metrics }) => {
    return timed.includes(workload) && (metrics.receivedCount ?? 0) > 0
  })
  return received ? 'too few messages came back' : 'no message came back'
}

interface VerticalScale {
  /** From 0, the lowest row, to HEIGHT. */
  levelOf(this: void, value: number): number
  /** By row, from the lowest. */
  readonly labels: readonly string[]
  readonly note: string
}

function scaleOf(values: readonly number[]): VerticalScale {
  const least = values.reduce((a, b) => Math.min(a, b))
  const most = values.reduce((a, b) => Math.max(a, b))
  const low = most > least ? least : most * 0.9
  const high = most > low ? most : low + 1
  const isLogarithmic = low > 0 && high / low > LOGARITHMIC_FROM
  const forward = isLogarithmic ? Math.log : (value: number) => value
  const back = isLogarithmic ? Math.exp : (value: number) => value
  const span = forward(high) - forward(low)
  const rowAt = (row: number) => Math.min(high, back(forward(low) + (span * row) / HEIGHT))
  const rows = Array.from({ length: HEIGHT + 1 }, (_, row) => rowAt(row))
  return {
    levelOf: (value) => ((forward(value) - forward(low)) / span) * HEIGHT,
    labels: isLogarithmic ? rows.map((value) => formatValue(value, 'ns')) : inOneUnit(rows, high - low),
    note: isLogarithmic ? ' (log scale)' : '',
  }
}

/** Labels of a linear scale, with as many decimals as tell the rows apart. */
function inOneUnit(rows: readonly number[], span: number): string[] {
  const top = rows[rows.length - 1] ?? 0
  const units = [
    ['s', NS_PER_SEC],
    ['ms', NS_PER_MS],
    ['us', NS_PER_US],
    ['ns', 1],
  ] as const
  const [unit, factor] = units.find(([, each]) => top >= each) ?? ['ns', 1]
  if (top / factor >= 1e6) return rows.map((value) => formatValue(value, 'ns'))
  const places = Math.min(3, Math.max(0, Math.ceil(-Math.log10(span / HEIGHT / factor))))
  return rows.map((value) => `${(value / factor).toFixed(places)} ${unit}`)
}

/** The curve read at `length` evenly spaced places, both ends among them. */
function resampled(curve: readonly number[], length: number): number[] {
  return Array.from({ length }, (_, column) => {
    return curve[Math.round((column / (length - 1)) * (curve.length - 1))] ?? 0
  })
}

/** Lays the plots over one another, the later above; each is drawn with lines of its own. */
function overlaid(plots: readonly string[], from: number, series: readonly Series[], paint: Paint): string[] {
  const grids = plots.map((plot) => plot.split('\n').map((row) => [...row]))
  return (grids[0] ?? []).map((first, row) => {
    const strokes: { owner: number; text: string }[] = []
    for (const [column, character] of first.entries()) {
      const owner = grids.findLastIndex(
        (grid) => column >= from && !' ┤'.includes(grid[row]?.[column] ?? ' '),
      )
      const drawn = grids[owner]?.[row]?.[column] ?? character
      const last = strokes.at(-1)
      if (last?.owner === owner) last.text += drawn
      else strokes.push({ owner, text: drawn })
    }
    return strokes
      .map(({ owner, text }, index) => {
        const shown = index === strokes.length - 1 ? text.trimEnd() : text
        const style = series[owner]?.line.style
        return style === undefined || shown === '' ? shown : paint(style, shown)
      })
      .join('')
  })
}

/** The axis beneath, with the percentiles at its ends and in its middle. */
function axis(from: number, length: number): string[] {
  const indent = ' '.repeat(from)
  const plotted = length - 1
  const half = Math.floor(plotted / 2)
  const marks = ['1 %', '50 %', '99 %'] as const
  const middle = half - 1 - marks[0].length
  const right = plotted + 1 - half + 1 - marks[1].length - marks[2].length
  return [
    `${indent}└${'─'.repeat(half - 1)}┴${'─'.repeat(plotted - half)}`,
    `${indent}${marks[0]}${' '.repeat(middle)}${marks[1]}${' '.repeat(right)}${marks[2]}`,
  ]
}
