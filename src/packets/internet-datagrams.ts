import { Coverage } from './coverage.ts'
import { type IpPacket, readIpPacket } from './ip-packet.ts'
import type { Direction } from './packet-log.ts'
import type { WirePacket } from './wire-packets.ts'

/** What IP was given to carry: it leaves as one packet, or as its fragments (RFC 791, 3.2). */
export interface InternetDatagram {
  /** In the order in which they came to the link. */
  readonly packets: readonly WirePacket[]
  readonly direction: Direction
  readonly source: string
  readonly destination: string
  readonly protocol: number
  /** What it carries, as far as it was captured; of fragments, only that of the first. */
  readonly payload: Uint8Array
  /** What it carries, captured or not. */
  readonly payloadBytes: number
  /** When the last of its packets came to the link. */
  readonly inNs: number
  /** When the far host had all of it; null: never, or not before the log ended. */
  readonly arrivedNs: number | null
  /** It had not all of it when the log ended, and what it lacked was under way. */
  readonly isUnderWay: boolean
}

/**
 * Packets as they were before they were cut, in the order in which their last pieces came. What never came whole to the
 * link is left out, and what is no IP packet.
 */
export function* internetDatagramsOf(packets: readonly WirePacket[]): Generator<InternetDatagram> {
  const open = new Map<string, Pieces>()
  for (const packet of packets) {
    const ip = readIpPacket(packet.bytes)
    if (ip === undefined) continue
    const { fragment, version, source, destination, protocol } = ip
    if (fragment === null) {
      yield datagramOf([packet], ip, ip.payloadBytes)
      continue
    }
    // RFC 8200, 4.5: what a later fragment of IPv6 says that it carries need not be the protocol.
    const key = `${source} ${destination} ${version === 4 ? protocol : ''} ${fragment.id}`
    const pieces = open.get(key) ?? new Pieces()
    open.set(key, pieces)
    const whole = pieces.add(packet, ip, fragment.offsetBytes, fragment.isLast)
    if (whole === undefined) continue
    open.delete(key)
    yield whole
  }
}

/** The fragments of one datagram, as far as they came to the link. */
class Pieces {
  #packets: WirePacket[] = []
  #covered = new Coverage()
  #first: IpPacket | undefined
  #endBytes = Number.NaN

  /** Returns the datagram where this was the last piece that it lacked. */
  add(packet: WirePacket, ip: IpPacket, offsetBytes: number, isLast: boolean): InternetDatagram | undefined {
    const endBytes = offsetBytes + ip.payloadBytes
    if (this.#covered.add(offsetBytes, endBytes).length === 0) {
      // A piece that came before belongs to a later datagram: numbers begin again.
      this.#packets = []
      this.#covered = new Coverage()
      this.#covered.add(offsetBytes, endBytes)
      this.#endBytes = Number.NaN
    }
    this.#packets.push(packet)
    if (offsetBytes === 0) this.#first = ip
    if (isLast) this.#endBytes = endBytes
    if (this.#first === undefined || !this.#covered.covers(0, this.#endBytes)) return undefined
    return datagramOf(this.#packets, this.#first, this.#endBytes)
  }
}

function datagramOf(packets: readonly WirePacket[], ip: IpPacket, payloadBytes: number): InternetDatagram {
  const { direction } = packets[0] as WirePacket
  let inNs = 0
  let arrivedNs: number | null = 0
  for (const packet of packets) {
    inNs = Math.max(inNs, packet.inNs)
    arrivedNs = arrivedNs === null || packet.arrivedNs === null ? null : Math.max(arrivedNs, packet.arrivedNs)
  }
  const isUnderWay =
    arrivedNs === null && packets.every((packet) => packet.arrivedNs !== null || packet.isUnderWay)
  const { source, destination, protocol, payload } = ip
  return {
    packets,
    direction,
    source,
    destination,
    protocol,
    payload,
    payloadBytes,
    inNs,
    arrivedNs,
    isUnderWay,
  }
}
