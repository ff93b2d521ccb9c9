import { Coverage } from './coverage.ts'
import type { InternetDatagram } from './internet-datagrams.ts'
import type { Direction } from './packet-log.ts'
import type { TcpConnection } from './tcp-connections.ts'
import { hasTcpFlag, sequenceLength, TcpFlag, type TcpSegment } from './tcp-segment.ts'

/** A stretch of a stream that came in one segment, and not before. Offsets count the stream's bytes from 0. */
export class Stretch {
  readonly from: number
  readonly to: number
  readonly atNs: number
  readonly #carrier: Carrying

  /** @param carrier of which it is a part */
  constructor(from: number, to: number, atNs: number, carrier: Carrying) {
    this.from = from
    this.to = to
    this.atNs = atNs
    this.#carrier = carrier
  }

  /** As far as they were captured. */
  get bytes(): Uint8Array {
    const { segment, from } = this.#carrier
    return segment.payload.subarray(this.from - from, this.to - from)
  }
}

/** A segment that carries a part of the stream. */
interface Carrying {
  readonly datagram: InternetDatagram
  readonly segment: TcpSegment
  readonly from: number
  readonly to: number
}

/** One way of a TCP connection. */
export interface TcpStream {
  /** Those that carry some of it. */
  readonly carriers: readonly Carrying[]
  /** As its bytes first came to the link, by offset. */
  readonly sent: readonly Stretch[]
  /** As its bytes first came to the far host, by offset. */
  readonly arrived: readonly Stretch[]
  /** Segments with some sequence number that had come to the link before: bytes, SYN or FIN (RFC 9293, 3.4). */
  readonly retransmitCount: number
}

/** Puts one way of a connection together again; null where its beginning is not known. */
export function tcpStreamOf(connection: TcpConnection, direction: Direction): TcpStream | null {
  const initialSeq = connection.initialSeq[direction]
  if (initialSeq === null) return null
  const offsets = new Offsets(initialSeq)
  const seen = new Coverage()
  let retransmitCount = 0
  const carriers = connection.segments.flatMap(({ datagram, segment }): Carrying[] => {
    const length = sequenceLength(segment)
    if (datagram.direction !== direction || length === 0) return []
    const start = offsets.of(segment.seq)
    const fresh = seen.add(start, start + length)
    if (fresh.reduce((sum, [from, to]) => sum + to - from, 0) < length) retransmitCount++
    const from = start + (hasTcpFlag(segment, TcpFlag.SYN) ? 1 : 0)
    return segment.payloadBytes > 0 ? [{ datagram, segment, from, to: from + segment.payloadBytes }] : []
  })
  return {
    carriers,
    sent: stretchesOf(carriers, ({ inNs }) => inNs),
    arrived: stretchesOf(carriers, ({ arrivedNs }) => arrivedNs),
    retransmitCount,
  }
}

/** Sequence numbers begin again past 32 bits; offsets do not. The SYN is at -1, the first byte at 0. */
class Offsets {
  readonly #initialSeq: number
  #highest = 0

  constructor(initialSeq: number) {
    this.#initialSeq = initialSeq
  }

  /** Nearest to the highest there was: within 2 GiB of it (RFC 9293, 3.4). */
  of(seq: number): number {
    const distance = (seq - this.#initialSeq - 1 - this.#highest) | 0
    const offset = this.#highest + distance
    this.#highest = Math.max(this.#highest, offset)
    return offset
  }
}

function stretchesOf(
  carriers: readonly Carrying[],
  timeOf: (datagram: InternetDatagram) => number | null,
): Stretch[] {
  const seen = new Coverage()
  const stretches: Stretch[] = []
  const came = carriers.filter(({ datagram }) => timeOf(datagram) !== null)
  came.sort((a, b) => (timeOf(a.datagram) as number) - (timeOf(b.datagram) as number))
  for (const carrier of came) {
    const atNs = timeOf(carrier.datagram) as number
    // What lies before the first byte belongs to no stream.
    for (const [from, to] of seen.add(Math.max(0, carrier.from), carrier.to)) {
      stretches.push(new Stretch(from, to, atNs, carrier))
    }
  }
  return stretches.sort((a, b) => a.from - b.from)
}
