import { connectionMetrics } from './connection-metrics.ts'
import { integrityMetrics } from './integrity-metrics.ts'
import { throughputMetrics } from './throughput-metrics.ts'
import { toolMetrics } from './tool-metrics.ts'

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
const ratio = { unit: 'ratio', better: 'lower', comparison: 'difference' } as const
const count = { unit: 'count', better: 'neither', comparison: 'none' } as const

const roundTrip = { ...ns, source: 'RFC 2681' } as const
const oneWay = { ...ns, source: 'RFC 7679' } as const
const connection = { ...ns, source: 'netcmp' } as const

export const metrics = [
  {
    id: 'rttMinNs',
    ...roundTrip,
    definition:
      'Shortest round trip: from the moment a message was due to be sent to the arrival of its answer.',
  },
  { id: 'rttMeanNs', ...roundTrip, definition: 'Mean round trip.' },
  { id: 'rttP50Ns', ...roundTrip, definition: 'Median round trip.' },
  { id: 'rttP90Ns', ...roundTrip, definition: 'Round trip that 90 % of the answers did not exceed.' },
  { id: 'rttP99Ns', ...roundTrip, definition: 'Round trip that 99 % of the answers did not exceed.' },
  { id: 'rttP999Ns', ...roundTrip, definition: 'Round trip that 99.9 % of the answers did not exceed.' },
  { id: 'rttMaxNs', ...roundTrip, definition: 'Longest round trip.' },
  {
    id: 'wireRttMinNs',
    ...roundTrip,
    definition:
      'Shortest time that a message was away from this host: from when its kernel gave it to the network until it had the answer from there; the server’s time is part of it.',
  },
  { id: 'wireRttP50Ns', ...roundTrip, definition: 'Median time that a message was away from this host.' },
  {
    id: 'wireRttP99Ns',
    ...roundTrip,
    definition: 'Time away from this host that 99 % of the messages did not exceed.',
  },
  {
    id: 'hostNs',
    ...ns,
    source: 'netcmp',
    definition:
      'Median of what this host added to a round trip: what of it the message was not away, by the kernel’s own times.',
  },
  {
    id: 'forwardDelayP50Ns',
    ...oneWay,
    definition: 'Median delay from sender to server, off by `clockErrorNs` at most.',
  },
  { id: 'forwardDelayP99Ns', ...oneWay, definition: 'Delay from sender to server that 99 % did not exceed.' },
  {
    id: 'reverseDelayP50Ns',
    ...oneWay,
    definition: 'Median delay from server back to sender, off by `clockErrorNs` at most.',
  },
  {
    id: 'reverseDelayP99Ns',
    ...oneWay,
    definition: 'Delay from server back to sender that 99 % did not exceed.',
  },
  {
    id: 'clockErrorNs',
    ...oneWay,
    comparison: 'none',
    definition:
      'Bound of the error of each one-way delay: clocks that are off make one way longer by what they take from the other.',
  },
  {
    id: 'ipdvP50Ns',
    ...ns,
    source: 'RFC 3393',
    definition: 'Median absolute difference of the delays of messages sent one after the other.',
  },
  {
    id: 'ipdvP99Ns',
    ...ns,
    source: 'RFC 3393',
    definition: 'Absolute difference of consecutive delays that 99 % did not exceed.',
  },
  {
    id: 'interarrivalJitterNs',
    ...ns,
    source: 'RFC 3550, 6.4.1',
    definition: 'Running estimate of delay variation, each difference weighing 1/16.',
  },
  {
    id: 'lossRatio',
    ...ratio,
    source: 'RFC 7680, RFC 6673',
    definition:
      'Share of the messages sent that never arrived (echo: whose answer never arrived) within the loss timeout.',
  },
  {
    id: 'forwardLossRatio',
    ...ratio,
    source: 'RFC 7680',
    definition: 'Share of the messages sent that the server never counted.',
  },
  {
    id: 'reverseLossRatio',
    ...ratio,
    source: 'RFC 7680',
    definition: 'Share of the answers the server sent that never arrived.',
  },
  {
    id: 'hostLossRatio',
    ...ratio,
    comparison: 'none',
    source: 'netcmp',
    definition:
      'Most that hosts may have lost, as a share of the messages sent: what their sockets and interfaces dropped meanwhile, for whichever program, bounds it.',
  },
  {
    id: 'pathLossRatio',
    ...ratio,
    comparison: 'none',
    source: 'netcmp',
    definition:
      'Least that the path has lost, as a share of the messages sent: lost, not late, and more than the sockets and interfaces of both hosts dropped.',
  },
  ...integrityMetrics,
  {
    id: 'lossBurstMean',
    ...count,
    better: 'lower',
    source: 'RFC 3357',
    definition: 'Mean length of a run of consecutive losses, in messages.',
  },
  {
    id: 'lossBurstMax',
    ...count,
    better: 'lower',
    source: 'RFC 3357',
    definition: 'Longest run of consecutive losses, in messages.',
  },
  {
    id: 'duplicateRatio',
    ...ratio,
    source: 'RFC 5560',
    definition: 'Extra copies that arrived, per message that arrived.',
  },
  {
    id: 'forwardDuplicateRatio',
    ...ratio,
    source: 'RFC 5560',
    definition: 'Extra copies that reached the server, per message that reached it.',
  },
  {
    id: 'reverseDuplicateRatio',
    ...ratio,
    source: 'RFC 5560',
    definition: 'Extra copies of the server’s answers that arrived, per answer that arrived.',
  },
  {
    id: 'reorderedRatio',
    ...ratio,
    source: 'RFC 4737',
    definition: 'Share of the messages that arrived after one sent later.',
  },
  {
    id: 'forwardReorderedRatio',
    ...ratio,
    source: 'RFC 4737',
    definition: 'Share of the messages that reached the server after one sent later.',
  },
  {
    id: 'reverseReorderedRatio',
    ...ratio,
    source: 'RFC 4737',
    definition: 'Share of the server’s answers that arrived after one it sent later.',
  },
  {
    id: 'reorderingExtentMax',
    ...count,
    better: 'lower',
    source: 'RFC 4737, 4.2.1',
    definition: 'Most messages that a reordered one arrived behind the first that overtook it.',
  },
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
