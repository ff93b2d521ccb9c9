import { Protocol } from '../../src/packets/ip-packet.ts'
import type { Direction, LoggedPacket } from '../../src/packets/packet-log.ts'
import { TcpFlag } from '../../src/packets/tcp-segment.ts'
import { numberedText } from '../../src/wire/numbered-text.ts'
import { type Happened, ipPacket } from './made-packets.ts'
import { Talk } from './talk.ts'

const { SYN, FIN, PSH, ACK } = TcpFlag
const MS = 1e6

/** The client's sequence numbers begin shortly before they wrap around, as any may. */
const ISN = { up: 0xffff_fff0, down: 1_000 } as const

/** Packets as a link logs them: times in ms, sequence numbers counted from the SYNs. */
export class Conversation {
  readonly #talk = new Talk()
  readonly #delayMs: number

  constructor(delayMs = 20) {
    this.#delayMs = delayMs
  }

  get log(): LoggedPacket[] {
    return this.#talk.log
  }

  tcp(
    way: Direction,
    atMs: number,
    flags: number,
    seq: number,
    ack: number | null,
    payloadBytes = 0,
    { window = 500, ...happened }: Happened & { window?: number } = {},
  ): this {
    const back = way === 'up' ? 'down' : 'up'
    const header = {
      seq: (ISN[way] + seq) >>> 0,
      ack: ack === null ? 0 : (ISN[back] + ack) >>> 0,
      flags,
      window,
    }
    this.#talk.tcp(way, new Uint8Array(payloadBytes), { ...this.#crossing(atMs, happened), tcp: header })
    return this
  }

  udp(way: Direction, atMs: number, message: number, bytes = 64, happened: Happened = {}): this {
    this.#talk.udp(way, numberedText(message, bytes), this.#crossing(atMs, happened))
    return this
  }

  /** ICMP's error of type 3, code 3, which quotes nothing. */
  portUnreachable(way: Direction, atMs: number): this {
    const message = [3, 3, 0, 0, 0, 0, 0, 0]
    this.#talk.packet(
      ipPacket({ direction: way, protocol: Protocol.ICMP }, message),
      way,
      this.#crossing(atMs, {}),
    )
    return this
  }

  #crossing(atMs: number, happened: Happened): Happened {
    const isHere = (happened.fate ?? 'delivered') === 'delivered'
    return { inNs: atMs * MS, outNs: isHere ? (atMs + this.#delayMs) * MS : null, ...happened }
  }
}

/** Three messages of 64 B, echoed, the second of which is lost and sent again; the server leaves its half open a while. */
export function tcpEcho(): LoggedPacket[] {
  const log = new Conversation()
  return log
    .tcp('up', 0, SYN, 0, null)
    .tcp('down', 20.1, SYN | ACK, 0, 1)
    .tcp('up', 40.2, ACK, 1, 1)
    .tcp('up', 40.5, PSH | ACK, 1, 1, 64)
    .tcp('down', 60.6, ACK, 1, 65)
    .tcp('down', 60.8, PSH | ACK, 1, 65, 64)
    .tcp('up', 81, PSH | ACK, 65, 65, 64, { fate: 'dropped' })
    .tcp('up', 325, PSH | ACK, 65, 65, 64)
    .tcp('down', 345.1, PSH | ACK, 65, 129, 64)
    .tcp('up', 365.3, PSH | ACK, 129, 129, 64)
    .tcp('down', 385.4, PSH | ACK, 129, 193, 64)
    .tcp('up', 405.6, FIN | ACK, 193, 193)
    .tcp('down', 466, ACK, 193, 194)
    .tcp('down', 676, FIN | ACK, 193, 194)
    .tcp('up', 696.1, ACK, 194, 194).log
}

/** The same over UDP: the answer to the second message never comes, the third overtakes nobody and is doubled. */
export function udpEcho(): LoggedPacket[] {
  const log = new Conversation()
  return log
    .udp('up', 0, 1)
    .udp('down', 20.2, 1)
    .udp('up', 40.3, 2, 64, { fate: 'lost' })
    .udp('up', 1040.4, 3)
    .udp('up', 1040.4, 3, 64, { isCopy: true, outNs: 1060.6 * MS })
    .udp('down', 1060.6, 3)
    .udp('down', 1060.9, 3).log
}

/** A datagram that is not there yet when the conversation is over, and an answer that met a closed socket. */
export function udpUnderWay(): LoggedPacket[] {
  return new Conversation()
    .udp('up', 0, 1)
    .udp('down', 20.2, 1)
    .portUnreachable('up', 40.3)
    .udp('up', 41, 2, 64, { fate: 'under-way' })
    .udp('up', 42, 3, 64, { fate: 'lost' }).log
}

/** Five datagrams at once, of which the second goes the slow way. */
export function udpOvertaken(): LoggedPacket[] {
  const log = new Conversation()
  return log
    .udp('up', 0, 1)
    .udp('up', 1, 2, 64, { isReordered: true, outNs: 23.5 * MS })
    .udp('up', 2, 3)
    .udp('up', 3, 4, 64, { isCorrupt: true })
    .udp('up', 4, 5, 64, { fate: 'queue-full' }).log
}
