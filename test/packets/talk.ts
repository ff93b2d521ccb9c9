import { internetDatagramsOf } from '../../src/packets/internet-datagrams.ts'
import { Protocol } from '../../src/packets/ip-packet.ts'
import type { Direction, LoggedPacket } from '../../src/packets/packet-log.ts'
import { messagesOfStream } from '../../src/packets/stream-messages.ts'
import { type TcpConnection, TcpConnections } from '../../src/packets/tcp-connections.ts'
import { TcpFlag } from '../../src/packets/tcp-segment.ts'
import { tcpStreamOf } from '../../src/packets/tcp-stream.ts'
import { wirePacketsOf } from '../../src/packets/wire-packets.ts'
import { Flag, FrameType, NO_TOKEN, restamp, writeHeader } from '../../src/wire/frame.ts'
import { PREFIX_BYTES, writePrefix } from '../../src/wire/framing.ts'
import { type Happened, ipPacket, logged, type MadeTcp, tcpSegment, udpDatagram } from './made-packets.ts'

/** A message of a measurement; `reply`: as a server sends it. */
export function probe(seq: number, { messageBytes = 32, reply = false } = {}): Uint8Array {
  const message = new Uint8Array(messageBytes).fill(seq & 0xff)
  writeHeader(message, FrameType.PROBE | (reply ? Flag.REPLY : 0), 3, NO_TOKEN, 0)
  restamp(message, seq, 1)
  return message
}

/** Messages as a stream has them, each behind its length. */
export function framed(...messages: readonly Uint8Array[]): Uint8Array {
  const frames = messages.map((message) => {
    const frame = new Uint8Array(PREFIX_BYTES + message.length)
    writePrefix(frame, message.length)
    frame.set(message, PREFIX_BYTES)
    return frame
  })
  return new Uint8Array(Buffer.concat(frames))
}

export interface Sending extends Happened {
  readonly tcp?: MadeTcp
  /** The ports of the client, where there is more than one. */
  readonly port?: number
}

/** Packets between the two hosts, logged and numbered as the link does it. Sequence numbers advance by themselves. */
export class Talk {
  readonly log: LoggedPacket[] = []
  readonly seq: Record<Direction, number>
  readonly #numbers = { up: 0, down: 0 }

  constructor(initialSeq: Record<Direction, number> = { up: 1000, down: 5000 }) {
    this.seq = { ...initialSeq }
  }

  /** Three packets, 1 ms apart. */
  handshake(atNs: number, port?: number): void {
    const of = port === undefined ? {} : { port }
    this.tcp('up', [], { ...of, inNs: atNs, tcp: { flags: TcpFlag.SYN } })
    this.tcp('down', [], { ...of, inNs: atNs + 1e6, tcp: { flags: TcpFlag.SYN | TcpFlag.ACK } })
    this.tcp('up', [], { ...of, inNs: atNs + 2e6 })
  }

  /** A segment with the next bytes of its way, or from `tcp.seq` on. Returns its sequence number. */
  tcp(direction: Direction, payload: ArrayLike<number>, sending: Sending = {}): number {
    const { tcp = {}, port = 40000, ...happened } = sending
    const seq = tcp.seq ?? this.seq[direction]
    const { flags = TcpFlag.ACK } = tcp
    if (tcp.seq === undefined) {
      const taken = payload.length + (flags & TcpFlag.SYN ? 1 : 0) + (flags & TcpFlag.FIN ? 1 : 0)
      this.seq[direction] = (seq + taken) % 2 ** 32
    }
    const segment = tcpSegment({ ...portsOf(direction, port), ...tcp, seq }, payload)
    this.packet(ipPacket({ direction, protocol: Protocol.TCP }, segment), direction, happened)
    return seq
  }

  udp(direction: Direction, payload: ArrayLike<number>, { port = 40000, ...happened }: Sending = {}): void {
    const datagram = udpDatagram(portsOf(direction, port), payload)
    this.packet(ipPacket({ direction, protocol: Protocol.UDP }, datagram), direction, happened)
  }

  packet(bytes: Uint8Array, direction: Direction, happened: Happened): void {
    const number = happened.isCopy ? this.#numbers[direction] : ++this.#numbers[direction]
    this.log.push(logged(direction, bytes, { number, runNumber: number, ...happened }))
  }
}

function portsOf(direction: Direction, port: number) {
  const [client, server] = [port, 7117]
  return direction === 'up'
    ? { sourcePort: client, destinationPort: server }
    : { sourcePort: server, destinationPort: client }
}

export function connectionsOf(log: readonly LoggedPacket[]): TcpConnection[] {
  const connections = new TcpConnections()
  for (const datagram of internetDatagramsOf(wirePacketsOf(log))) connections.add(datagram)
  return connections.all
}

/** One way of the one connection. */
export function streamOf(log: readonly LoggedPacket[], direction: Direction = 'up') {
  const [connection] = connectionsOf(log)
  const stream = connection && tcpStreamOf(connection, direction)
  if (!stream) throw new Error('no stream')
  return stream
}

export const messagesOf = (log: readonly LoggedPacket[], direction: Direction = 'up') =>
  messagesOfStream(streamOf(log, direction), direction)
