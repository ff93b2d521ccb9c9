import { ratioOf } from '../measure/arrival-counts.ts'
import { lostPackets } from '../result/link-account.ts'
import type { LinkAccount, Run } from '../result/schema.ts'

export type Drops = NonNullable<NonNullable<Run['hostDrops']>['here']>

type CountedRun = Pick<Run, 'workload' | 'metrics' | 'hostDrops' | 'link'>

/** Of the messages of some runs, how many were lost, and where. */
export interface LossBounds {
  readonly sentCount: number
  readonly lostCount: number
  /**
   * In hosts at most: as many as they dropped meanwhile, for whichever program, as far as they tell; in a lab, all that
   * its link did not lose, nor was still carrying.
   */
  readonly hostCount: number
  /**
   * On the path at least: neither late nor dropped by a host; in a lab, by the count of its link, which leaves out what was
   * under way when the run ended. Null where a host does not tell, and no link.
   */
  readonly pathCount: number | null
}

/**
 * The bounds of each run, added up: what a host dropped during one run was lost in no other. Null for no run, and for a
 * chat: there one datagram lost on its way to the server is lost by every member, and counts do not compare.
 */
export function lossBounds(runs: readonly CountedRun[]): LossBounds | null {
  if (runs.length === 0 || runs.some(({ workload }) => workload === 'chat')) return null
  return runs.map(boundsOf).reduce((a, b) => ({
    sentCount: a.sentCount + b.sentCount,
    lostCount: a.lostCount + b.lostCount,
    hostCount: a.hostCount + b.hostCount,
    pathCount: a.pathCount === null || b.pathCount === null ? null : a.pathCount + b.pathCount,
  }))
}

/** The same as metrics, of one run or of several; both null unless both hosts tell what they dropped. */
export function lossBoundMetrics(
  runs: readonly CountedRun[],
): Record<'hostLossRatio' | 'pathLossRatio', number | null> {
  const bounds = lossBounds(runs)
  if (bounds === null || bounds.pathCount === null) return { hostLossRatio: null, pathLossRatio: null }
  const { sentCount, hostCount, pathCount } = bounds
  return { hostLossRatio: ratioOf(hostCount, sentCount), pathLossRatio: ratioOf(pathCount, sentCount) }
}

/**
 * What may have been messages of ours: no more than our own sockets dropped, where that is known. They count what was
 * damaged on its way, too, which the host's count leaves out.
 */
export function chargedTo({ receive, send, interface: atInterfaces, socket }: Drops): Drops {
  return { receive: Math.min(receive, socket ?? receive), send, interface: atInterfaces }
}

export function totalOf(drops: Drops): number {
  const { receive, send, interface: atInterfaces } = chargedTo(drops)
  return receive + send + atInterfaces
}

function boundsOf({ metrics, hostDrops, link }: CountedRun): LossBounds {
  const sent = metrics.sentCount ?? 0
  const lostCount = Math.round((metrics.lossRatio ?? 0) * sent)
  const missingCount = Math.max(0, lostCount - (metrics.lateCount ?? 0) - underWayMessages(link))
  // Where messages cannot be lost, no host told of drops.
  const ofLink = hostDrops && link && lostMessages(link)
  if (typeof ofLink === 'number') {
    const pathCount = Math.min(missingCount, ofLink)
    return { sentCount: sent, lostCount, hostCount: missingCount - pathCount, pathCount }
  }
  // The far side is left out where it is on this host: nothing more is to be known.
  const hosts = hostDrops ? [hostDrops.here, ...(hostDrops.far === undefined ? [] : [hostDrops.far])] : [null]
  const packets = hosts.reduce((sum, drops) => sum + (drops ? totalOf(drops) : 0), 0)
  const droppedCount = packets * (hostDrops?.messagesPerPacket ?? 1) + (link?.unseenCount ?? 0)
  const left = Math.max(0, missingCount - droppedCount)
  // No more messages can have been lost on a link, each in a packet of its own: others are among them.
  return {
    sentCount: sent,
    lostCount,
    hostCount: Math.min(lostCount, droppedCount),
    pathCount: hosts.includes(null)
      ? null
      : link
        ? Math.min(left, lostPackets(link.up) + lostPackets(link.down))
        : left,
  }
}

/** That never reached the far host, by the log of a lab's link; null where it does not tell. */
function lostMessages({ up, down }: LinkAccount): number | null {
  const [above, below] = [up.lostMessageCount ?? null, down.lostMessageCount ?? null]
  return above === null || below === null ? null : above + below
}

/** Still on its way when the run ended: waited for no longer, and lost by nobody. */
function underWayMessages(link: LinkAccount | null | undefined): number {
  return (link?.up.underWayMessageCount ?? 0) + (link?.down.underWayMessageCount ?? 0)
}
