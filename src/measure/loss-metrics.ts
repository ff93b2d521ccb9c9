import { integrityMetrics } from './integrity-metrics.ts'

const ratio = { unit: 'ratio', better: 'lower', comparison: 'difference' } as const
const count = { unit: 'count', better: 'neither', comparison: 'none' } as const

/** Rows of the catalogue: what did not arrive, or not as it was sent, not once, or not in order. */
export const lossMetrics = [
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
      'Most that hosts may have lost, as a share of the messages sent: what their sockets and interfaces dropped meanwhile, for whichever program, bounds it; in a lab, what its link did not lose.',
  },
  {
    id: 'pathLossRatio',
    ...ratio,
    comparison: 'none',
    source: 'netcmp',
    definition:
      'Least that the path has lost, as a share of the messages sent: lost, not late, and more than the sockets and interfaces of both hosts dropped; in a lab, as many as its link lost or damaged.',
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
] as const
