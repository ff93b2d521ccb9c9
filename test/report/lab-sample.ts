import { verdictsOf } from '../../src/compare/verdicts.ts'
import { createRandom } from '../../src/core/random.ts'
import { LinkTally } from '../../src/lab/link-counts.ts'
import type { Link, LinkAccount, Metrics, ResultDocument, Run } from '../../src/result/schema.ts'
import { sampleResult } from './sample-result.ts'

const impairments: Link['up'] = {
  lossRatio: 0.02,
  burstLoss: null,
  duplicateRatio: 0,
  corruptRatio: 0,
  reorderRatio: 0,
  bitsPerSec: null,
  queuePackets: 100,
  delayNs: 20e6,
  jitterNs: 0,
  drop: [],
}

/** What the wire shows over a link with 2 % of loss and 20 ms each way. */
const wire: Record<string, Record<string, Metrics>> = {
  echo: {
    tcp: {
      holBlockedRatio: 0.31,
      holBlockedP50Ns: 0,
      holBlockedP99Ns: 43_100_000,
      wirePacketsPerMessage: 2.93,
      wireBytesPerMessage: 341,
      retransmitCount: 13,
    },
    udp: {
      holBlockedRatio: 0,
      holBlockedP50Ns: 0,
      holBlockedP99Ns: 0,
      wirePacketsPerMessage: 1.98,
      wireBytesPerMessage: 182,
    },
  },
  connect: {
    tcp: { connectPackets: 3.04, closePackets: 3.4, wirePacketsPerMessage: 11.2, wireBytesPerMessage: 812 },
    udp: { connectPackets: 0, closePackets: 0, wirePacketsPerMessage: 2.1, wireBytesPerMessage: 190 },
  },
  bulk: {
    tcp: {
      holBlockedRatio: 0.97,
      holBlockedP50Ns: 21_000_000,
      holBlockedP99Ns: 88_000_000,
      wirePacketsPerMessage: 1130,
      wireBytesPerMessage: 1_141_000,
      retransmitCount: 37,
    },
    udp: {
      holBlockedRatio: 0,
      holBlockedP50Ns: 0,
      holBlockedP99Ns: 0,
      wirePacketsPerMessage: 1,
      wireBytesPerMessage: 1500,
    },
  },
}

/** With the times of that link: what was under 1 ms there is over 40 ms. */
const late: Record<string, Metrics> = {
  tcp: { rttP50Ns: 41_200_000, rttP99Ns: 104_000_000 },
  udp: { rttP50Ns: 41_100_000, rttP99Ns: 41_600_000 },
}

/** 2 % of the packets each way; of UDP's messages each is one. */
function accountOf({ transport, metrics }: Run): LinkAccount {
  const none = new LinkTally().take()
  const messageCount = metrics.sentCount ?? 0
  const lostCount = Math.round(messageCount * 0.02)
  const lostMessageCount = transport === 'udp' ? lostCount : 0
  return {
    up: { ...none, packetCount: messageCount + 9, lostCount, messageCount, lostMessageCount },
    down: { ...none, messageCount: 0, lostMessageCount: 0 },
  }
}

/** A document as a lab writes it. The same every time. */
export function labResult(
  workloads: readonly ('echo' | 'connect' | 'bulk')[] = ['echo', 'connect', 'bulk'],
): ResultDocument {
  const document = sampleResult({ workloads, udpLossRatio: 0.02 })
  const random = createRandom(3)
  const seen = ({ transport, workload }: { transport: string; workload: string }, noise: number): Metrics => {
    const centres = { ...wire[workload]?.[transport], ...(workload === 'echo' ? late[transport] : {}) }
    return Object.fromEntries(
      Object.entries(centres).map(([id, value]) => [
        id,
        value === null ? null : value * (1 + noise * (random.next() - 0.5)),
      ]),
    )
  }
  // Of TCP nothing is reordered or lost; no host loses.
  const runs: Run[] = document.runs.map((run) => ({
    ...run,
    metrics: { ...run.metrics, ...seen(run, 0.1) },
    link: accountOf(run),
  }))
  const summary = document.summary.map((each) => ({
    ...each,
    metrics: { ...each.metrics, ...seen(each, 0) },
  }))
  return {
    ...document,
    config: {
      ...document.config,
      target: 'server:7117',
      addresses: { tcp: '10.9.0.2:7117', udp: '10.9.0.2:7117' },
    },
    link: { maker: 'relay', mtuBytes: 1500, seed: 1, up: impairments, down: impairments },
    runs,
    summary,
    verdicts: verdictsOf(document.config.transports, runs, summary).filter(
      ({ workload, metric }) => workload !== 'bulk' || !metric.startsWith('wire'),
    ),
  }
}
