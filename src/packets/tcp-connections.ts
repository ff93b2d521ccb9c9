import type { InternetDatagram } from './internet-datagrams.ts'
import type { Direction } from './packet-log.ts'
import { hasTcpFlag, readTcpSegment, TcpFlag, type TcpSegment } from './tcp-segment.ts'

/** A segment, and the datagram of IP that carries it. */
export interface CarriedSegment {
  readonly datagram: InternetDatagram
  readonly segment: TcpSegment
}

/** One TCP connection, from its first SYN on. */
export interface TcpConnection {
  /** In the order in which they came to the link. */
  readonly segments: readonly CarriedSegment[]
  /** Of each way, the sequence number of its SYN; null where none came to the link. */
  readonly initialSeq: Readonly<Record<Direction, number | null>>
}

interface Growing extends TcpConnection {
  readonly segments: CarriedSegment[]
  readonly initialSeq: Record<Direction, number | null>
}

/**
 * Gathers the connections that begin while the log is written. What an earlier one still sends is left out; a SYN with
 * another sequence number begins another connection between the same ports.
 */
export class TcpConnections {
  readonly all: TcpConnection[] = []
  readonly #latest = new Map<string, Growing>()

  /** False where the datagram belongs to none of them. */
  add(datagram: InternetDatagram): boolean {
    const segment = readTcpSegment(datagram.payload, datagram.payloadBytes)
    if (segment === undefined) return false
    const connection = this.#of(datagram, segment)
    if (connection === undefined) return false
    if (hasTcpFlag(segment, TcpFlag.SYN)) connection.initialSeq[datagram.direction] ??= segment.seq
    connection.segments.push({ datagram, segment })
    return true
  }

  #of(datagram: InternetDatagram, segment: TcpSegment): Growing | undefined {
    const key = endsOf(datagram, segment)
    const known = this.#latest.get(key)
    const isDialling = hasTcpFlag(segment, TcpFlag.SYN) && !hasTcpFlag(segment, TcpFlag.ACK)
    if (!isDialling || known?.initialSeq[datagram.direction] === segment.seq) return known
    const connection: Growing = { segments: [], initialSeq: { up: null, down: null } }
    this.#latest.set(key, connection)
    this.all.push(connection)
    return connection
  }
}

/** The same whichever way a segment goes. */
function endsOf({ direction, source, destination }: InternetDatagram, segment: TcpSegment): string {
  const { sourcePort, destinationPort } = segment
  return direction === 'up'
    ? `${source} ${sourcePort} ${destination} ${destinationPort}`
    : `${destination} ${destinationPort} ${source} ${sourcePort}`
}
