import { countedLinks } from '../result/counted-runs.ts'
import { lostPackets, type Way } from '../result/link-account.ts'
import type { LinkAccount, ResultDocument } from '../result/schema.ts'
import { formatValue } from './format-value.ts'
import { figureOf } from './rows.ts'
import { transportLabel } from './text.ts'

const count = (value: number): string => formatValue(value, 'count')

/**
 * `Of TCP’s packets the link lost 3, and TCP sent 2 again; of UDP’s 2, and no message with them.` By the link's own count, of
 * those workloads; nothing where it lost none. A packet that was damaged is lost to the host that it comes to.
 */
export function packetLosses(document: ResultDocument, workloads: readonly string[]): string[] {
  const found = document.config.transports.flatMap((transport) => {
    const ways = workloads
      .flatMap((workload) => countedLinks(document.runs, transport, workload))
      .flatMap(({ up, down }) => [up, down])
    const lostCount = ways.reduce((sum, way) => sum + lostPackets(way), 0)
    return lostCount > 0 ? [{ transport, lostCount, ways }] : []
  })
  if (found.length === 0) return []
  const clauses = found.map(({ transport, lostCount, ways }, index) => {
    const [before, after] = index === 0 ? ['Of', ' packets the link lost'] : ['of', '']
    const became = fateOf(document, transport, workloads, ways, lostCount)
    return `${before} ${transportLabel(transport)}’s${after} ${count(lostCount)}${became}`
  })
  return [`${clauses.join('; ')}.`]
}

/** Empty where neither the kernel nor the link tells. */
function fateOf(
  document: ResultDocument,
  transport: string,
  workloads: readonly string[],
  ways: readonly LinkAccount[Way][],
  lostCount: number,
): string {
  const again = workloads.map((workload) => figureOf(document, transport, workload, 'retransmitCount'))
  const known = again.filter((each) => each !== null)
  if (known.length > 0) {
    const sum = known.reduce((total, each) => total + each, 0)
    return `, and ${transportLabel(transport)} sent ${sum === 0 ? 'none' : count(sum)} again`
  }
  const isHarmless = ways.every(({ lostMessageCount }) => lostMessageCount === 0)
  return isHarmless ? `, and no message with ${lostCount === 1 ? 'it' : 'them'}` : ''
}
