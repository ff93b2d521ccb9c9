import { Coverage } from './coverage.ts'
import type { Direction } from './packet-log.ts'
import type { WirePacket } from './wire-packets.ts'

/** What IP was given to carry: it leaves as one packet, or as its fragments (RFC 791, 3.2). */
export interface InternetDatagram {
  readonly packets: readonly WirePacket[]
  readonly direction: Direction
  readonly source: string
  readonly destination: string
  readonly protocol: number
  /** What it carries, as far as it was captured; of fragments, only that of the first. */
  readonly payload: Uint8Array
  /** What it carries, captured or not. */
  readonly payloadBytes: number
  /** When the first of its packets came to the link. */
  readonly inNs: number
  /** When the far host had all of it; null: never. */
  readonly arrivedNs: number | null
}

/** Packets as they were before they were cut, in the order in which their last ones came. What never came whole is left out. */
export function internetDatagramsOf(packets: readonly WirePacket[]): InternetDatagram[] {
  const open = new Map<string, Pieces>()
  return packets.flatMap((packet) => {
    const { fragment } = packet.ip
    if (fragment === null) return [datagramOf([packet])]
    const { version, source, destination, protocol } = packet.ip
    // RFC 8200, 4.5: what a later fragment of IPv6 says that it carries need not be the protocol.
    const key = `${source} ${destination} ${version === 4 ? protocol : ''} ${fragment.id}`
    const pieces = open.get(key) ?? new Pieces()
    open.set(key, pieces)
    pieces.add(packet, fragment.offsetBytes, fragment.isLast)
    if (!pieces.isWhole) return []
    open.delete(key)
    return [datagramOf(pieces.packets)]
  })
}

/** The fragments of one datagram, as far as they came to the link. */
class Pieces {
  packets: WirePacket[] = []
  #covered = new Coverage()
  #endBytes = Number.NaN

  /** A piece that came before belongs to a later datagram: numbers begin again. */
  add(packet: WirePacket, offsetBytes: number, isLast: boolean): void {
    const endBytes = offsetBytes + packet.ip.payloadBytes
    if (this.#covered.add(offsetBytes, endBytes).length === 0) {
      this.packets = []
      this.#covered = new Coverage()
      this.#covered.add(offsetBytes, endBytes)
      this.#endBytes = Number.NaN
    }
    this.packets.push(packet)
    if (isLast) this.#endBytes = endBytes
  }

  get isWhole(): boolean {
    return this.#covered.covers(0, this.#endBytes)
  }
}

function datagramOf(packets: WirePacket[]): InternetDatagram {
  const byOffset = [...packets].sort((a, b) => offsetOf(a) - offsetOf(b))
  const [first, last] = [byOffset[0] as WirePacket, byOffset.at(-1) as WirePacket]
  return {
    packets,
    direction: first.direction,
    source: first.ip.source,
    destination: first.ip.destination,
    protocol: first.ip.protocol,
    payload: first.ip.payload,
    payloadBytes: offsetOf(last) + last.ip.payloadBytes,
    inNs: (packets[0] as WirePacket).inNs,
    arrivedNs: packets.reduce<number | null>((at, { arrivedNs }) => {
      return at === null || arrivedNs === null ? null : Math.max(at, arrivedNs)
    }, 0),
  }
}

const offsetOf = ({ ip }: WirePacket): number => ip.fragment?.offsetBytes ?? 0
