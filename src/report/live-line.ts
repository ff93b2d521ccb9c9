import { type MetricId, metricOf } from '../measure/metrics.ts'
import type { Run } from '../result/schema.ts'
import { formatValue } from './format-value.ts'

/** The one figure that stands for a workload. */
export const leading: Readonly<Record<string, MetricId>> = {
  echo: 'rttP50Ns',
  connect: 'firstReplyP50Ns',
  bulk: 'goodputBitsPerSec',
  chat: 'deliveryP50Ns',
}

/** Time, how far, and, for each workload and transport, the median of the runs' figures so far and what they lost. */
export function liveLine(runs: readonly Run[], totalCount: number, elapsedNs: number): string {
  const begin = `${formatValue(elapsedNs, 'ns')}, ${runs.length} of ${totalCount} runs`
  // As in the result: the warm-up and failed runs do not count.
  const counted = runs.filter(({ block, error }) => block > 0 && error === null)
  if (counted.length === 0) return `${begin}: warming up`
  const workloads = [...new Set(counted.map(({ workload }) => workload))]
  const figures = workloads.map((workload) => {
    const of = counted.filter((run) => run.workload === workload)
    const transports = [...new Set(of.map(({ transport }) => transport))].sort()
    return `${workload} ${transports.map((name) => figuresOf(name, workload, of)).join(', ')}`
  })
  return `${begin}: ${figures.join('; ')}`
}

function figuresOf(transport: string, workload: string, of: readonly Run[]): string {
  const runs = of.filter((run) => run.transport === transport)
  const metric = leading[workload]
  const figure =
    metric === undefined
      ? '-'
      : formatValue(medianOf(runs.map(({ metrics }) => metrics[metric])), metricOf(metric).unit)
  return `${transport} ${figure} ${formatValue(lossOf(runs), 'ratio')} lost`
}

/** Of the values that are there; null where none is. */
function medianOf(values: readonly (number | null | undefined)[]): number | null {
  const sorted = values.filter((value) => value !== null && value !== undefined).sort((a, b) => a - b)
  const upper = sorted[sorted.length >> 1]
  const lower = sorted[(sorted.length - 1) >> 1]
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2
}

/** Of all their messages together, so that one lost in ten runs shows; null where a run does not know. */
function lossOf(runs: readonly Run[]): number | null {
  let sent = 0
  let lost = 0
  for (const { metrics } of runs) {
    const { sentCount, lossRatio } = metrics
    if (typeof sentCount !== 'number' || typeof lossRatio !== 'number') return null
    sent += sentCount
    lost += sentCount * lossRatio
  }
  return sent === 0 ? null : lost / sent
}
