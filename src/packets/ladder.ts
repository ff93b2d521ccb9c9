import { type Fragment, readIpPacket } from './ip-packet.ts'
import { type Ends, LadderReader, type Said, type Talk } from './ladder-reader.ts'
import type { End } from './ladder-segments.ts'
import type { Fate, LoggedPacket } from './packet-log.ts'
import { UDP_HEADER_BYTES } from './udp-datagram.ts'

/** One packet of a conversation, or a copy that the link made: when it crossed the link, and what it said. */
export interface LadderPacket extends Said {
  readonly from: End
  /** Of its direction, from 1, since the run began; a copy has its original's. */
  readonly number: number
  /** When it entered the link, ns. */
  readonly inNs: number
  /** When it reached the far host, ns; null: never. */
  readonly outNs: number | null
  readonly fate: Fate
  readonly isCopy: boolean
  readonly isCorrupt: boolean
  readonly isReordered: boolean
  readonly packetBytes: number
  /** Where a piece of a datagram begins, in the bytes that the datagram carries; null for a whole packet. */
  readonly fragment: { readonly offsetBytes: number; readonly isLast: boolean } | null
}

export interface Ladder extends Ends {
  /** In the order in which they entered the link. */
  readonly packets: LadderPacket[]
}

/**
 * The packets of the first conversation with a port of the server's; undefined where none came to the link.
 * @param zeroNs what times are counted from, ns of the log's clock
 */
export function ladderOf(log: readonly LoggedPacket[], talk: Talk, zeroNs: number): Ladder | undefined {
  const reader = new LadderReader(talk)
  const packets: LadderPacket[] = []
  for (const logged of log) {
    const ip = logged.number === 0 ? undefined : readIpPacket(logged.bytes)
    const from = logged.direction === 'up' ? 'client' : 'server'
    const said = ip && reader.read(ip, from, packets.length, logged.isCopy)
    if (said) packets.push({ from, ...crossingOf(logged, zeroNs), fragment: pieceOf(ip.fragment), ...said })
  }
  return reader.ends && { ...reader.ends, packets }
}

function crossingOf(logged: LoggedPacket, zeroNs: number) {
  const { fate, isCopy, isCorrupt, isReordered, packetBytes, runNumber } = logged
  return {
    number: runNumber,
    inNs: logged.inNs - zeroNs,
    outNs: logged.outNs === null ? null : logged.outNs - zeroNs,
    fate,
    isCopy,
    isCorrupt,
    isReordered,
    packetBytes,
  }
}

function pieceOf(fragment: Fragment | null): LadderPacket['fragment'] {
  if (fragment === null) return null
  const offsetBytes = Math.max(0, fragment.offsetBytes - UDP_HEADER_BYTES)
  return { offsetBytes, isLast: fragment.isLast }
}
