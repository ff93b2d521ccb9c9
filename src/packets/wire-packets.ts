import { type IpPacket, readIpPacket } from './ip-packet.ts'
import type { Direction, LoggedPacket } from './packet-log.ts'

/** One packet that came to the link, with what became of it and of its copies. */
export interface WirePacket {
  /** Its place among all packets that came to the link, whichever way. */
  readonly place: number
  readonly direction: Direction
  readonly packetBytes: number
  readonly inNs: number
  /** When the far host first had it as it was sent; null: never. */
  readonly arrivedNs: number | null
  readonly ip: IpPacket
}

/**
 * The packets that the hosts sent, in the order in which they came to the link. Left out is what the link does not number
 * (neighbours and routers being looked for), and what is no IP packet.
 */
export function wirePacketsOf(log: readonly LoggedPacket[]): WirePacket[] {
  const sent: { logged: LoggedPacket; arrivedNs: number | null }[] = []
  const byNumber = { up: new Map<number, number>(), down: new Map<number, number>() }
  for (const logged of log) {
    if (logged.number === 0) continue
    const arrivedNs = logged.fate === 'delivered' && !logged.isCorrupt ? logged.outNs : null
    const numbers = byNumber[logged.direction]
    const known = sent[numbers.get(logged.number) ?? -1]
    if (known === undefined) {
      numbers.set(logged.number, sent.length)
      sent.push({ logged, arrivedNs })
    } else known.arrivedNs = sooner(known.arrivedNs, arrivedNs)
  }
  return sent.flatMap(({ logged, arrivedNs }, place) => {
    const { direction, packetBytes, inNs, bytes } = logged
    const ip = readIpPacket(bytes)
    return ip === undefined ? [] : [{ place, direction, packetBytes, inNs, arrivedNs, ip }]
  })
}

function sooner(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.min(a, b)
}
