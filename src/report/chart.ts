import type { ResultDocument } from '../result/schema.ts'
import { labelColumns, plotHeading, plotted, type Stroke, strokes } from './plot.ts'
import { isMeasured, summaryOf } from './rows.ts'
import { type Paint, transportLabel, wrap } from './text.ts'
import { scaleOf } from './vertical-scale.ts'

interface Series {
  readonly label: string
  readonly curve: readonly number[]
  readonly stroke: Stroke
}

/** Latency by percentile, every transport on one scale; a line that says why where there is nothing to draw. */
export function drawChart(document: ResultDocument, columns: number, paint: Paint): string[] {
  const workload = ['echo', 'chat'].find((each) => seriesOf(document, each).length > 0)
  if (workload === undefined) return wrap(`no chart: ${whyNone(document)}`, columns, '  ')
  const series = seriesOf(document, workload)
  const scale = scaleOf(
    series.flatMap(({ curve }) => curve),
    'ns',
  )
  const labels = labelColumns(scale)
  const length = columns - labels - 1
  const title = `LATENCY by percentile, ${workload === 'echo' ? 'round trip' : 'chat delivery'}${scale.isLogarithmic ? ' (log scale)' : ''}`
  const drawn = series.map((each) => ({ ...each, values: resampled(each.curve, length) }))
  return [
    ...plotHeading(title, series, columns, paint),
    ...plotted(drawn, scale, paint),
    ...axis(labels + 1, length),
  ]
}

function seriesOf(document: ResultDocument, workload: string): Series[] {
  const measured = document.config.transports.flatMap((transport) => {
    const curve = summaryOf(document, transport, workload)?.curve
    return curve && curve.length > 0 ? [{ label: transportLabel(transport), curve }] : []
  })
  return measured.flatMap((each, index) => {
    const stroke = strokes[index]
    return stroke ? [{ ...each, stroke }] : []
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

/** The curve read at `length` evenly spaced places, both ends among them. */
function resampled(curve: readonly number[], length: number): number[] {
  return Array.from({ length }, (_, column) => {
    return curve[Math.round((column / (length - 1)) * (curve.length - 1))] ?? 0
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
