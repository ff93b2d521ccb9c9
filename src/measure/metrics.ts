import { connectionMetrics } from './connection-metrics.ts'
import { delayMetrics } from './delay-metrics.ts'
import { lossMetrics } from './loss-metrics.ts'
import { throughputMetrics } from './throughput-metrics.ts'
import { toolMetrics } from './tool-metrics.ts'
import { wireMetrics } from './wire-metrics.ts'

/** The catalogue: every figure netcmp prints. README, `netcmp list metrics` and docs/metrics.md are made from it. */

export type Unit = 'ns' | 'ratio' | 'count' | 'bytes' | 'bitsPerSec' | 'perSec'

/** How two protocols are compared: by the ratio of the values, by their difference (a value can be 0), or not. */
export type Comparison = 'ratio' | 'difference' | 'none'

export interface Metric {
  readonly id: string
  readonly unit: Unit
  readonly better: 'lower' | 'higher' | 'neither'
  readonly comparison: Comparison
  /** Where the definition comes from. */
  readonly source: string
  readonly definition: string
}

const ns = { unit: 'ns', better: 'lower', comparison: 'ratio' } as const
const count = { unit: 'count', better: 'neither', comparison: 'none' } as const

const connection = { ...ns, source: 'netcmp' } as const

export const metrics = [
  ...delayMetrics,
  ...lossMetrics,
  { id: 'sentCount', ...count, source: 'netcmp', definition: 'Messages sent (connect: dials begun).' },
  {
    id: 'receivedCount',
    ...count,
    source: 'netcmp',
    definition: 'Messages that arrived in time, each counted once (chat: summed over the members).',
  },
  {
    id: 'lateCount',
    ...count,
    better: 'lower',
    source: 'RFC 7680',
    definition: 'Messages that arrived after the loss timeout; they count as lost.',
  },
  ...throughputMetrics,
  {
    id: 'connectP50Ns',
    ...connection,
    definition: 'Median time from dialling to the first moment a message may leave.',
  },
  { id: 'connectP99Ns', ...connection, definition: 'Time to connect that 99 % of the dials did not exceed.' },
  { id: 'firstReplyP50Ns', ...connection, definition: 'Median time from dialling to the first answer.' },
  { id: 'closeP50Ns', ...connection, definition: 'Median time from closing to closed at both ends.' },
  {
    id: 'connectionsPerSec',
    unit: 'perSec',
    better: 'higher',
    comparison: 'ratio',
    source: 'netcmp',
    definition: 'Dial, first answer and close, completed per second.',
  },
  {
    id: 'deliveryP50Ns',
    ...ns,
    source: 'RFC 7679',
    definition: 'Chat: median time from the moment a member was due to speak to each member’s hearing it.',
  },
  {
    id: 'deliveryP99Ns',
    ...ns,
    source: 'RFC 7679',
    definition: 'Chat: delivery time that 99 % did not exceed.',
  },
  {
    id: 'orderAgreementRatio',
    unit: 'ratio',
    better: 'higher',
    comparison: 'difference',
    source: 'netcmp',
    definition: 'Chat: share of message pairs, heard by all members, that all heard in the same order.',
  },
  ...connectionMetrics,
  ...wireMetrics,
  ...toolMetrics,
] as const satisfies readonly Metric[]

export type MetricId = (typeof metrics)[number]['id']

/** What was measured. Missing is null, never 0 or NaN. */
export type MetricValues = Partial<Record<MetricId, number | null>>

const byId: ReadonlyMap<string, Metric> = new Map(metrics.map((metric) => [metric.id, metric]))

/** The catalogue's row of a metric. */
export function metricOf(id: MetricId): Metric {
  return byId.get(id) as Metric
}

export function isMetricId(id: string): id is MetricId {
  return byId.has(id)
}
