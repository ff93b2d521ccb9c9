import type { ResultDocument } from '../result/schema.ts'
import type { RowRule } from './row-rule.ts'

/** What a workload's messages waited for at the host that they had reached. Only the link of a lab tells. */
export function blockedRows(workload: string): RowRule[] {
  const lines = [
    ['behind earlier', 'holBlockedRatio', ''],
    ['  of all, median', 'holBlockedP50Ns', ', median'],
    ['  of all, 99 %', 'holBlockedP99Ns', ', 99 %'],
  ] as const
  return lines.map(([label, metric, of]) => ({
    group: `BLOCKED (${workload})`,
    label,
    name: `blocked, ${workload}${of}`,
    workload,
    metric,
    only: 'valued',
    when: (document) => document.config.transports.length > 1 || isAnyBlocked(document, workload),
  }))
}

/** Beside another protocol 0 says something; alone, as over UDP, it does not. */
const isAnyBlocked = ({ summary }: ResultDocument, workload: string): boolean =>
  summary.some((each) => each.workload === workload && (each.metrics.holBlockedRatio ?? 0) > 0)

/** What a workload's messages took on the wire. `isComparable`: they are alike over all transports. */
export function wireRows(
  workload: string,
  isComparable: (document: ResultDocument) => boolean = () => true,
): RowRule[] {
  const group = `ON THE WIRE (${workload})`
  const perMessage = { group, workload, only: 'valued', when: isComparable } as const
  return [
    {
      ...perMessage,
      label: 'packets/message',
      name: `packets/message, ${workload}`,
      metric: 'wirePacketsPerMessage',
    },
    {
      ...perMessage,
      label: 'bytes/message',
      name: `bytes/message, ${workload}`,
      metric: 'wireBytesPerMessage',
    },
    {
      group,
      label: 'retransmitted',
      name: `retransmitted, ${workload}`,
      workload,
      metric: 'retransmitCount',
      only: 'valued',
      when: ({ link }) => link !== undefined,
    },
  ]
}

export const connectionPacketRows: readonly RowRule[] = [
  { metric: 'connectPackets', label: 'connect, packets' } as const,
  { metric: 'closePackets', label: 'close, packets' } as const,
].map((row) => ({ ...row, group: 'CONNECTION COST', workload: 'connect', only: 'valued' }))
