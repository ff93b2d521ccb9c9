import type { Direction, LoggedPacket } from './packet-log.ts'

/** One packet that came to the link, with what became of it and of its copies. */
export interface WirePacket {
  /** Its place among all packets that came to the link, whichever way. */
  readonly place: number
  readonly direction: Direction
  readonly packetBytes: number
  readonly inNs: number
  /** When the far host first had it as it was sent; null: never, or not before the log ended. */
  readonly arrivedNs: number | null
  /** It, or a copy of it, was neither there nor lost when the log ended, nor is to be corrupt; it may have arrived besides. */
  readonly isUnderWay: boolean
  /** From the IP header on, as far as it was captured. */
  readonly bytes: Uint8Array
}

/**
 * The packets that the hosts sent, in the order in which they came to the link. Left out is what the link does not
 * number: neighbours and routers being looked for.
 */
export function wirePacketsOf(log: readonly LoggedPacket[]): WirePacket[] {
  const packets: { -readonly [Key in keyof WirePacket]: WirePacket[Key] }[] = []
  const byNumber = { up: new Map<number, number>(), down: new Map<number, number>() }
  for (const { direction, number, fate, isCorrupt, outNs, packetBytes, inNs, bytes } of log) {
    if (number === 0) continue
    const arrivedNs = fate === 'delivered' && !isCorrupt ? outNs : null
    const isUnderWay = fate === 'under-way' && !isCorrupt
    const known = packets[byNumber[direction].get(number) ?? -1]
    if (known === undefined) {
      const place = packets.length
      byNumber[direction].set(number, place)
      packets.push({ place, direction, packetBytes, inNs, arrivedNs, isUnderWay, bytes })
    } else {
      known.arrivedNs = sooner(known.arrivedNs, arrivedNs)
      known.isUnderWay ||= isUnderWay
    }
  }
  return packets
}

function sooner(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.min(a, b)
}
