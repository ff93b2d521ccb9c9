import { verdictsOf } from '../../src/compare/verdicts.ts'
import { createRandom, type Random } from '../../src/core/random.ts'
import type { Metrics, ResultDocument, Run, Summary } from '../../src/result/schema.ts'

export interface SampleOptions {
  transports?: readonly ('tcp' | 'udp' | 'unix')[]
  workloads?: readonly ('echo' | 'connect' | 'bulk' | 'chat')[]
  /** With the warm-up. */
  blocks?: number
  /** Share of UDP's messages that are lost, a quarter of it in hosts, and a third of it reordered. */
  udpLossRatio?: number
  /** How far two blocks differ: 0.02 is a quiet host. */
  noise?: number
  /** Messages sent in a run of echo, connect or chat: a run of under 100 has no 99 % of its own. */
  messages?: number
  /** What a dial, a first reply and a close over TCP take more. */
  tcpDialNs?: number
  /** Interrupted after this many runs. */
  cutAfter?: number
  /** Runs of this transport and workload fail, all of them. */
  failing?: { transport: string; workload: string; error: string }
}

/** True centres: what each transport would read without noise. */
const centres: Record<string, Record<string, Metrics>> = {
  echo: {
    tcp: { rttP50Ns: 58_100, rttP99Ns: 102_000, jitter: 6200, cpuNsPerMessage: 11_000 },
    udp: { rttP50Ns: 49_700, rttP99Ns: 103_000, jitter: 6300, cpuNsPerMessage: 12_000 },
    unix: { rttP50Ns: 39_900, rttP99Ns: 71_000, jitter: 4100, cpuNsPerMessage: 9000 },
  },
  connect: {
    tcp: { connectP50Ns: 71_300, firstReplyP50Ns: 138_000, closeP50Ns: 41_000, connectionsPerSec: 5300 },
    udp: { connectP50Ns: 9800, firstReplyP50Ns: 81_600, closeP50Ns: 12_000, connectionsPerSec: 10_400 },
    unix: { connectP50Ns: 44_000, firstReplyP50Ns: 92_000, closeP50Ns: 30_000, connectionsPerSec: 7900 },
  },
  bulk: {
    tcp: { goodputBitsPerSec: 32.4e9, messagesPerSec: 3863 },
    udp: { goodputBitsPerSec: 2.83e9, messagesPerSec: 240_000 },
    unix: { goodputBitsPerSec: 41.2e9, messagesPerSec: 4912 },
  },
  chat: {
    tcp: { deliveryP50Ns: 66_000, deliveryP99Ns: 141_000 },
    udp: { deliveryP50Ns: 55_000, deliveryP99Ns: 139_000 },
    unix: { deliveryP50Ns: 46_000, deliveryP99Ns: 98_000 },
  },
}

/** A document as a run on loopback writes it, its verdicts computed from its runs. The same options, the same document. */
export function sampleResult(options: SampleOptions = {}): ResultDocument {
  const { transports = ['tcp', 'udp'], workloads = ['echo', 'connect', 'bulk', 'chat'] } = options
  const { blocks = 10, noise = 0.02, messages = 250, cutAfter = Number.POSITIVE_INFINITY, failing } = options
  const random = createRandom(7)
  const runs: Run[] = []
  for (let block = 0; block < blocks; block++) {
    for (const workload of workloads) {
      for (const transport of transports) {
        const lossRatio = transport === 'udp' ? (options.udpLossRatio ?? 0) : 0
        const tcpDialNs = options.tcpDialNs ?? 0
        const arrived = figures(
          workload,
          transport,
          { lossRatio, noise, sentCount: messages, tcpDialNs },
          random,
        )
        const measured = {
          ...arrived,
          ...lossBounds(workload, transport, arrived.lossRatio ?? 0),
          ...kernel(workload, transport),
        }
        const fails = failing?.transport === transport && failing.workload === workload
        const [metrics, error] = fails ? [{}, failing.error] : [measured, null]
        const has = transport === 'tcp' && !fails && workload !== 'connect' ? { congestion: 'cubic' } : {}
        if (runs.length < cutAfter)
          runs.push({ transport, workload, block, engine: 'node', metrics, ...has, error })
      }
    }
  }
  const summary = workloads.flatMap((workload) => {
    return transports.flatMap((transport) => summarise(runs, transport, workload))
  })
  return {
    schema: 'netcmp.result/1',
    partial: runs.length === cutAfter,
    tool: {
      name: 'netcmp',
      version: '0.1.0',
      startedAt: '2026-11-21T08:15:42.000Z',
      durationNs: 21_400_000_000,
      command: [],
    },
    host: { platform: 'linux', release: '6.18.5', arch: 'x64', cpu: 'Some CPU', cores: 8, node: 'v20.20.2' },
    clock: { source: 'process.hrtime', resolutionNs: 1, readNs: 38 },
    config: {
      target: 'own server process',
      addresses: { tcp: '127.0.0.1:40117', udp: '127.0.0.1:40117', unix: '/tmp/netcmp-1/7117.sock' },
      transports: [...transports],
      workloads: [...workloads],
      sizeBytes: 64,
      bulkSizeBytes: { tcp: 1_048_576, udp: 1472, unix: 1_048_576 },
      ratePerSec: 1000,
      bulkRatePerSec: 'max',
      durationNs: 250_000_000,
      blocks,
      seed: 1,
      timeoutNs: 1_000_000_000,
      members: 4,
      streams: 1,
      direction: 'up',
      nagle: false,
      family: 0,
    },
    runs,
    summary,
    verdicts: verdictsOf(transports, runs, summary),
    warnings: [],
  }
}

function figures(
  workload: string,
  transport: string,
  {
    lossRatio,
    noise,
    sentCount,
    tcpDialNs,
  }: Record<'lossRatio' | 'noise' | 'sentCount' | 'tcpDialNs', number>,
  random: Random,
): Metrics {
  const centre = centres[workload]?.[transport] ?? {}
  const near = (id: string) => (centre[id] ?? 0) * (1 + noise * (random.next() * 2 - 1))
  const lost = lossRatio === 0 ? 0 : lossRatio * (0.8 + 0.4 * random.next())
  const arrivals: Metrics = {
    lossRatio: lost,
    lossBurstMean: lost === 0 ? 0 : 1.2,
    lossBurstMax: lost === 0 ? 0 : 3,
    duplicateRatio: 0,
    reorderedRatio: lost / 3,
    reorderingExtentMax: lost === 0 ? 0 : 2,
    sentCount,
    receivedCount: Math.round(sentCount * (1 - lost)),
    lateCount: 0,
  }
  const cost: Metrics = { cpuNsPerMessage: near('cpuNsPerMessage') || 10_000, loopLagP99Ns: 52_000 }
  if (workload === 'connect') {
    const { connectP50Ns, ...others } = Object.fromEntries(
      Object.keys(centre).map((id) => [
        id,
        near(id) + (transport === 'tcp' && id.endsWith('Ns') ? tcpDialNs : 0),
      ]),
    )
    return {
      connectP50Ns: connectP50Ns ?? null,
      connectP99Ns: (connectP50Ns ?? 0) * 1.9,
      ...others,
      lossRatio: 0,
      sentCount,
      receivedCount: sentCount,
      ...cost,
    }
  }
  if (workload === 'bulk') {
    const goodput = near('goodputBitsPerSec')
    return {
      goodputBitsPerSec: goodput,
      goodputUpBitsPerSec: goodput,
      goodputDownBitsPerSec: null,
      messagesPerSec: near('messagesPerSec'),
      ...arrivals,
      ...cost,
    }
  }
  if (workload === 'chat') {
    return {
      deliveryP50Ns: near('deliveryP50Ns'),
      deliveryP99Ns: near('deliveryP99Ns'),
      orderAgreementRatio: transport === 'udp' ? 1 - 0.002 * (0.6 + random.next()) : 1,
      ...arrivals,
      ...cost,
      sendErrorP99Ns: 38_000,
    }
  }
  const median = near('rttP50Ns')
  const tail = near('rttP99Ns')
  return {
    rttMinNs: median * 0.7,
    rttMeanNs: median * 1.1,
    rttP50Ns: median,
    rttP90Ns: median * 1.4,
    rttP99Ns: sentCount < 100 ? null : tail,
    rttP999Ns: null,
    rttMaxNs: tail * 2.2,
    forwardDelayP50Ns: median * 0.55,
    forwardDelayP99Ns: tail * 0.6,
    reverseDelayP50Ns: median * 0.45,
    reverseDelayP99Ns: tail * 0.5,
    clockErrorNs: 1_000,
    ipdvP50Ns: near('jitter') * 0.7,
    ipdvP99Ns: near('jitter') * 4,
    interarrivalJitterNs: near('jitter'),
    ...arrivals,
    forwardLossRatio: lost / 2,
    reverseLossRatio: lost / 2,
    forwardDuplicateRatio: 0,
    reverseDuplicateRatio: 0,
    forwardReorderedRatio: lost / 3,
    reverseReorderedRatio: 0,
    ...cost,
    sendErrorP99Ns: 36_000 * (1 + noise * random.next()),
  }
}

function lossBounds(workload: string, transport: string, lost: number): Metrics {
  const isBound = transport === 'udp' && workload !== 'chat'
  return { hostLossRatio: isBound ? lost / 4 : null, pathLossRatio: isBound ? (lost * 3) / 4 : null }
}

/** What TCP's kernel tells; on loopback nothing is sent again, and nothing limits the delivery of a rare message. */
function kernel(workload: string, transport: string): Metrics {
  if (transport !== 'tcp' || workload === 'connect') return {}
  const isBulk = workload === 'bulk'
  return {
    retransmitCount: 0,
    tcpSrttNs: isBulk ? 214_000 : 47_000,
    tcpMinRttNs: 11_000,
    tcpCwndSegments: isBulk ? 42 : 10,
    tcpCwndMaxSegments: isBulk ? 44 : 10,
    tcpMssBytes: isBulk ? 65_483 : 32_768,
    tcpDeliveryRateBitsPerSec: isBulk ? 36.1e9 : null,
    tcpPacingRateBitsPerSec: isBulk ? 118e9 : 31.3e9,
  }
}

/** None for a transport that never ran to the end. */
function summarise(runs: readonly Run[], transport: string, workload: string): Summary[] {
  const counted = runs.filter((run) => {
    return run.transport === transport && run.workload === workload && run.block > 0 && run.error === null
  })
  if (counted.length === 0) return []
  const metrics: Metrics = {}
  for (const id of Object.keys(counted[0]?.metrics ?? {})) {
    const values = counted.map((run) => run.metrics[id] ?? null).filter((value) => value !== null)
    const isCount = id === 'sentCount' || id === 'receivedCount'
    if (values.length === 0) metrics[id] = null
    else metrics[id] = isCount ? values.reduce((a, b) => a + b) : middle(values)
  }
  const median = metrics.rttP50Ns ?? metrics.deliveryP50Ns
  // All blocks together have enough answers for percentiles that no block has alone.
  if (median && metrics.rttP99Ns === null && (metrics.receivedCount ?? 0) >= 100)
    metrics.rttP99Ns = median * 2
  if (median && metrics.rttP999Ns === null && (metrics.receivedCount ?? 0) >= 1000)
    metrics.rttP999Ns = median * 3
  const curve = curveThrough(median, metrics.rttP99Ns ?? metrics.deliveryP99Ns)
  return [{ transport, workload, engine: 'node', blocks: counted.length, metrics, curve }]
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

/** A skewed distribution with this median and 99 %. */
function curveThrough(median: number | null | undefined, tail: number | null | undefined): number[] | null {
  if (!median || !tail) return null
  return Array.from({ length: 99 }, (_, index) => {
    const share = (index + 1) / 100
    return share <= 0.5
      ? median * (0.75 + 0.5 * share)
      : median + (tail - median) * (Math.log(0.5 / (1 - share)) / Math.log(50)) ** 2
  })
}
