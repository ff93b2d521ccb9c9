import type { LinkAccount } from './schema.ts'

/** One direction of a link: from the client's host to the server's, or back. */
export type Way = keyof Pick<LinkAccount, 'up' | 'down'>

/** Packets of one direction that the link lost. One that was damaged is lost to the host that it comes to. */
export function lostPackets(way: LinkAccount[Way]): number {
  const { droppedCount, lostCount, burstLostCount, queueFullCount, corruptCount } = way
  return droppedCount + lostCount + burstLostCount + queueFullCount + corruptCount
}
