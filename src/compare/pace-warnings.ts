import type { Config, Summary, Warning } from '../result/schema.ts'

/** Between the first arrival and the last there is one interval less than messages: so much is no more than that. */
const TOO_FAST = 1.05

/** Bulk that arrived faster than it was to be sent: what left late left in a bunch, and goodput reads too high. */
export function paceWarnings(
  summary: readonly Summary[],
  { bulkRatePerSec, streams, direction }: Pick<Config, 'bulkRatePerSec' | 'streams' | 'direction'>,
): Warning[] {
  if (bulkRatePerSec === 'max') return []
  const pacedPerSec = bulkRatePerSec * streams * (direction === 'both' ? 2 : 1)
  return summary.flatMap(({ transport, workload, metrics }) => {
    const { messagesPerSec } = metrics
    if (workload !== 'bulk' || !messagesPerSec || messagesPerSec <= TOO_FAST * pacedPerSec) return []
    const text = `${transport} bulk: messages arrived at ${Math.round(messagesPerSec)}/s, though paced to ${pacedPerSec}/s: they left late and in a bunch, and goodput reads too high (a longer --duration evens it out)`
    return [{ code: 'bunched', text }]
  })
}
