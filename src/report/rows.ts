import type { MetricId } from '../measure/metrics.ts'
import type { ResultDocument } from '../result/schema.ts'
import type { Row, RowRule } from './row-rule.ts'
import { blockedRows, connectionPacketRows, wireRows } from './wire-rows.ts'

const verifies = ({ config }: ResultDocument) => config.verify === true

const bothWays = ({ config }: ResultDocument) => config.direction === 'both'

/** Messages of different sizes are not comparable by number. */
const sameBulkSize = ({ config }: ResultDocument) =>
  new Set(config.transports.map((transport) => config.bulkSizeBytes[transport])).size === 1

const rules: readonly RowRule[] = [
  { group: 'ORDERING', label: 'reordered, echo', workload: 'echo', metric: 'reorderedRatio' },
  ...eachWay('ORDERING', 'reordered', 'forwardReorderedRatio', 'reverseReorderedRatio'),
  { group: 'ORDERING', label: 'reordered, bulk', workload: 'bulk', metric: 'reorderedRatio' },
  {
    group: 'ORDERING',
    label: 'reordered, chat',
    workload: 'chat',
    metric: 'reorderedRatio',
    only: 'nonzero',
  },
  { group: 'ORDERING', label: 'same order, chat', workload: 'chat', metric: 'orderAgreementRatio' },
  { group: 'LOSS', label: 'lost, echo', workload: 'echo', metric: 'lossRatio' },
  ...eachWay('LOSS', 'lost', 'forwardLossRatio', 'reverseLossRatio'),
  ...whoseFault('echo'),
  { group: 'LOSS', label: 'lost, bulk', workload: 'bulk', metric: 'lossRatio' },
  ...whoseFault('bulk'),
  ...['echo', 'bulk'].map(corrupt),
  { group: 'LOSS', label: 'lost, chat', workload: 'chat', metric: 'lossRatio' },
  { group: 'LOSS', label: 'unanswered dials', workload: 'connect', metric: 'lossRatio', only: 'nonzero' },
  ...whoseFault('connect'),
  { group: 'LOSS', label: 'duplicated, echo', workload: 'echo', metric: 'duplicateRatio' },
  ...eachWay('LOSS', 'duplicated', 'forwardDuplicateRatio', 'reverseDuplicateRatio'),
  { group: 'LOSS', label: 'duplicated, bulk', workload: 'bulk', metric: 'duplicateRatio', only: 'nonzero' },
  { group: 'LOSS', label: 'duplicated, chat', workload: 'chat', metric: 'duplicateRatio', only: 'nonzero' },
  ...['echo', 'bulk', 'chat'].flatMap(blockedRows),
  ...latency('LATENCY (round trip)', 'echo', 'round trip', [
    ['median', 'rttP50Ns'],
    ['  network, server', 'wireRttP50Ns', 'valued'],
    ['  this computer', 'hostNs', 'valued'],
    ['99 %', 'rttP99Ns'],
    ['99.9 %', 'rttP999Ns', 'compared'],
    ['jitter', 'interarrivalJitterNs'],
    ['to the server', 'forwardDelayP50Ns', 'valued'],
    ['from the server', 'reverseDelayP50Ns', 'valued'],
  ]),
  ...latency('LATENCY (chat delivery)', 'chat', 'delivery', [
    ['median', 'deliveryP50Ns'],
    ['99 %', 'deliveryP99Ns'],
  ]),
  { group: 'CONNECTION COST', label: 'connect', workload: 'connect', metric: 'connectP50Ns' },
  { group: 'CONNECTION COST', label: 'connect, 99 %', workload: 'connect', metric: 'connectP99Ns' },
  { group: 'CONNECTION COST', label: 'first reply', workload: 'connect', metric: 'firstReplyP50Ns' },
  { group: 'CONNECTION COST', label: 'close', workload: 'connect', metric: 'closeP50Ns' },
  { group: 'CONNECTION COST', label: 'connections', workload: 'connect', metric: 'connectionsPerSec' },
  ...connectionPacketRows,
  { group: 'THROUGHPUT', label: 'goodput', workload: 'bulk', metric: 'goodputBitsPerSec' },
  { group: 'THROUGHPUT', label: '  up', workload: 'bulk', metric: 'goodputUpBitsPerSec', when: bothWays },
  { group: 'THROUGHPUT', label: '  down', workload: 'bulk', metric: 'goodputDownBitsPerSec', when: bothWays },
  ...['echo', 'bulk'].map(wholeOf),
  { group: 'THROUGHPUT', label: 'messages', workload: 'bulk', metric: 'messagesPerSec', when: sameBulkSize },
  ...wireRows('echo'),
  ...wireRows('bulk', sameBulkSize),
  ...wireRows('connect'),
  ...kernel('echo', [
    ['smoothed RTT', 'tcpSrttNs', 'valued'],
    ['retransmissions', 'retransmitCount', 'nonzero'],
  ]),
  ...kernel('bulk', [
    ['smoothed RTT', 'tcpSrttNs', 'valued'],
    ['retransmissions', 'retransmitCount', 'valued'],
    ['cwnd, segments', 'tcpCwndSegments', 'valued'],
  ]),
]

/** What TCP's kernel says: nothing else has one. Of a lab's link it is known better what was sent again. */
function kernel(
  workload: string,
  lines: readonly (readonly [label: string, metric: MetricId, only: 'valued' | 'nonzero'])[],
): RowRule[] {
  return lines.map(([label, metric, only]) => ({
    group: `TCP (${workload})`,
    label,
    workload,
    metric,
    only,
    when: ({ link }) => link === undefined || metric !== 'retransmitCount',
  }))
}

/** On which way echo's messages fared so. */
function eachWay(group: string, what: string, forward: MetricId, reverse: MetricId): RowRule[] {
  return (
    [
      ['to the server', forward],
      ['from the server', reverse],
    ] as const
  ).map(([way, metric]) => ({
    group,
    label: `  ${way}`,
    name: `${what} ${way}`,
    workload: 'echo',
    metric,
    only: 'nonzero',
  }))
}

/** What came, but not as it was sent. */
function corrupt(workload: string): RowRule {
  return {
    group: 'LOSS',
    label: `corrupt, ${workload}`,
    workload,
    metric: 'corruptRatio',
    only: 'valued',
    when: verifies,
  }
}

/** How long all of a fixed length took. */
function wholeOf(workload: string): RowRule {
  return {
    group: 'THROUGHPUT',
    label: `time for all, ${workload}`,
    workload,
    metric: 'transferNs',
    only: 'valued',
    when: ({ config }) => config.totalBytes !== undefined,
  }
}

/** Bounds of where a workload's messages were lost. */
function whoseFault(workload: string): RowRule[] {
  return [
    { group: 'LOSS', label: '  hosts, at most', workload, metric: 'hostLossRatio', only: 'nonzero' },
    { group: 'LOSS', label: '  path, at least', workload, metric: 'pathLossRatio', only: 'nonzero' },
  ]
}

function latency(
  group: string,
  workload: string,
  what: string,
  lines: readonly (readonly [label: string, metric: MetricId, only?: 'valued' | 'compared'])[],
): RowRule[] {
  return lines.map(([label, metric, only]) => ({
    group,
    label,
    name: `${what}, ${label.trim()}`,
    workload,
    metric,
    ...(only ? { only } : {}),
  }))
}

/** What the tool itself cost is shown for one workload: the first of these that was measured. */
const toolWorkloads = [
  ['echo', 'CPU per message'],
  ['chat', 'CPU per message'],
  ['connect', 'CPU per dial'],
  ['bulk', 'CPU per message'],
] as const

function toolRules(document: ResultDocument): RowRule[] {
  const [workload, cpu] = toolWorkloads.find(([each]) => isMeasured(document, each)) ?? []
  if (workload === undefined) return []
  const group = `THE TOOL (${workload})`
  const when = workload === 'bulk' ? sameBulkSize : () => true
  return [
    { group, label: 'sent late, 99 %', workload, metric: 'sendErrorP99Ns', only: 'valued' },
    { group, label: cpu, workload, metric: 'cpuNsPerMessage', when },
  ]
}

/** A counted block of the workload succeeded, over any transport. */
export function isMeasured(document: ResultDocument, workload: string): boolean {
  return document.config.transports.some((transport) => {
    return (summaryOf(document, transport, workload)?.blocks ?? 0) > 0
  })
}

/** The lines of the table, in order: those of a measured workload that have something to say. */
export function rowsOf(document: ResultDocument): Row[] {
  return [...rules, ...toolRules(document)]
    .filter(
      (rule) =>
        isMeasured(document, rule.workload) && (rule.when?.(document) ?? true) && isWorthIt(rule, document),
    )
    .map(({ group, label, name, workload, metric }) => ({
      group,
      label,
      name: name ?? label.trim(),
      workload,
      metric,
    }))
}

function isWorthIt({ only, workload, metric }: RowRule, document: ResultDocument): boolean {
  if (only === undefined) return true
  return document.config.transports.some((transport) => {
    const value = figureOf(document, transport, workload, metric)
    if (value === null) return false
    if (only === 'compared') return isCompared(document, workload, metric)
    return only === 'valued' || value !== 0
  })
}

function isCompared({ config, verdicts }: ResultDocument, workload: string, metric: string): boolean {
  return (
    config.transports.length === 1 ||
    verdicts.some((verdict) => verdict.workload === workload && verdict.metric === metric)
  )
}

/** The summary of a transport's workload, where there is one. */
export function summaryOf(document: ResultDocument, transport: string, workload: string) {
  return document.summary.find((each) => each.transport === transport && each.workload === workload)
}

export function figureOf(
  document: ResultDocument,
  transport: string,
  workload: string,
  metric: string,
): number | null {
  return summaryOf(document, transport, workload)?.metrics[metric] ?? null
}
