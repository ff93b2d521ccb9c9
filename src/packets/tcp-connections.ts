import type { InternetDatagram } from './internet-datagrams.ts'
import { Protocol } from './ip-packet.ts'
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
 * The connections that began while the log was written, in order. What an earlier one still sends is left out; a SYN
 * with another sequence number begins another connection between the same ports.
 */
export function tcpConnectionsOf(datagrams: readonly InternetDatagram[]): TcpConnection[] {
  const latest = new Map<string, Growing>()
  const connections: TcpConnection[] = []
  for (const datagram of datagrams) {
    if (datagram.protocol !== Protocol.TCP) continue
    const segment = readTcpSegment(datagram.payload, datagram.payloadBytes)
    if (segment === undefined) continue
    const { direction } = datagram
    const key = endsOf(datagram, segment)
    const known = latest.get(key)
    const isSyn = hasTcpFlag(segment, TcpFlag.SYN)
    const isFirst = isSyn && !hasTcpFlag(segment, TcpFlag.ACK) && known?.initialSeq[direction] !== segment.seq
    const connection: Growing | undefined = isFirst
      ? { segments: [], initialSeq: { up: null, down: null } }
      : known
    if (connection === undefined) continue
    if (isFirst) {
      latest.set(key, connection)
      connections.push(connection)
    }
    if (isSyn) connection.initialSeq[direction] ??= segment.seq
    connection.segments.push({ datagram, segment })
  }
  return connections
}

/** The same whichever way a segment goes. */
function endsOf({ direction, source, destination }: InternetDatagram, segment: TcpSegment): string {
  const { sourcePort, destinationPort } = segment
  return direction === 'up'
    ? `${source} ${sourcePort} ${destination} ${destinationPort}`
    : `${destination} ${destinationPort} ${source} ${sourcePort}`
}
