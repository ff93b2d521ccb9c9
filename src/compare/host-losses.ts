import { countedRuns } from '../result/counted-runs.ts'
import type { Run, Summed, Warning } from '../result/schema.ts'
import { chargedTo, type Drops, type LossBounds, lossBounds, totalOf } from './loss-bounds.ts'

const kinds = [
  {
    key: 'receive',
    at: 'datagrams at receiving sockets',
    remedy: 'raise --buffer there, and net.core.rmem_max with it',
  },
  {
    key: 'send',
    at: 'datagrams at sending sockets',
    remedy: 'raise --buffer there, and net.core.wmem_max with it',
  },
  { key: 'interface', at: 'packets at interfaces', remedy: 'look at ethtool -S' },
] as const

/**
 * A warning for each workload of which messages were lost while a host dropped some: how many of them may have been lost
 * there, and how many cannot. A host counts the drops of every program: those are a bound, and more than was lost
 * says nothing.
 */
export function hostLosses(summary: readonly Summed[], runs: readonly Run[]): Warning[] {
  return summary.flatMap(({ transport, workload, metrics }) => {
    if (!metrics.lossRatio) return []
    const counted = countedRuns(runs, transport, workload)
    const bounds = lossBounds(counted)
    const dropped = [
      { host: 'this host', drops: sum(counted.map(({ hostDrops }) => hostDrops?.here)) },
      { host: 'the far host', drops: sum(counted.map(({ hostDrops }) => hostDrops?.far)) },
    ].filter(({ drops }) => totalOf(drops) > 0)
    if (dropped.length === 0 || bounds?.hostCount === 0) return []
    const who = dropped.map(({ host, drops }) => `${host} dropped ${placesOf(drops)}`).join(', ')
    const remedies = kinds.filter(({ key }) => dropped.some(({ drops }) => drops[key] > 0))
    const perPacket = Math.max(1, ...counted.map(({ hostDrops }) => hostDrops?.messagesPerPacket ?? 1))
    const held = perPacket > 1 ? `, each of which may hold ${perPacket} of ours,` : ''
    // The link of a lab does not see what its sender's host has no time for.
    const place = counted.some(({ link }) => link?.unseenCount) ? 'there or before the link' : 'there'
    const cure = ['lower --rate', ...remedies.map(({ remedy }) => remedy)].join(', or ')
    return {
      code: 'host-drops',
      text: `${transport} ${workload}: ${who}${held} meanwhile${bounds ? shareOf(bounds, place) : ''} (${cure})`,
    }
  })
}

function shareOf({ lostCount, hostCount, pathCount }: LossBounds, place: string): string {
  if (hostCount === lostCount) return `: of ${lostCount} lost, all may have been lost ${place}`
  const elsewhere = pathCount === null ? ', as far as the hosts tell' : `, at least ${pathCount} on the path`
  return `: of ${lostCount} lost, at most ${hostCount} were lost ${place}${elsewhere}`
}

/** Of the runs in which the host told. */
function sum(all: readonly (Drops | null | undefined)[]): Drops {
  const charged = all.flatMap((drops) => (drops ? chargedTo(drops) : []))
  const total = (key: 'receive' | 'send' | 'interface') =>
    charged.reduce((count, each) => count + each[key], 0)
  return { receive: total('receive'), send: total('send'), interface: total('interface') }
}

/** `7096 datagrams at receiving sockets and 3 packets at interfaces`. */
function placesOf(drops: Drops): string {
  return kinds.flatMap(({ key, at }) => (drops[key] > 0 ? `${drops[key]} ${at}` : [])).join(' and ')
}
