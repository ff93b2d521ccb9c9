import { formatHostPort } from '../core/address.ts'
import { numberOf } from '../wire/numbered-text.ts'
import { framesInDatagram, framesInSegment } from './frames-in.ts'
import { icmpErrorOf } from './icmp-errors.ts'
import { type IpPacket, Protocol } from './ip-packet.ts'
import { type End, type LadderSegment, SegmentReader } from './ladder-segments.ts'
import { readTcpSegment } from './tcp-segment.ts'
import { readUdpDatagram, UDP_HEADER_BYTES } from './udp-datagram.ts'

/** What is known of a conversation beforehand. */
export interface Talk {
  readonly transport: 'tcp' | 'udp'
  readonly serverPort: number
  /** Of each message in a stream; null: their boundaries are not known. A datagram says itself which it is. */
  readonly messageBytes: number | null
}

/** Where each end is, as `10.9.0.1:40312`. */
export interface Ends {
  readonly client: string
  readonly server: string
}

/** What a packet of a conversation says. */
export interface Said {
  /** Of a TCP segment; null for any other packet. */
  readonly segment: LadderSegment | null
  /** Bytes of the conversation in it: of the stream, of the datagram, or of a fragment of one. */
  readonly payloadBytes: number
  /** Messages of the conversation that it holds, or a part of, from 1. */
  readonly messages: number[]
  /** Frames of netcmp that it holds, as `PROBE 7`. */
  readonly frames: string[]
  /** What a host says of a packet that it could not deliver, as `port unreachable`; null for any other packet. */
  readonly icmp: string | null
}

/** Finds the first conversation with the server's port among all packets, and reads what they say. */
export class LadderReader {
  ends: Ends | undefined
  readonly #talk: Talk
  readonly #segments = new SegmentReader()
  /** Messages of datagrams that come in fragments: only the first of those says which. */
  readonly #cut = new Map<string, number[]>()

  constructor(talk: Talk) {
    this.#talk = talk
  }

  /** Undefined for a packet that is not of this conversation. */
  read(ip: IpPacket, from: End, index: number, isCopy: boolean): Said | undefined {
    if (ip.fragment && ip.fragment.offsetBytes > 0) return this.#laterFragment(ip)
    if (ip.protocol === Protocol.ICMP || ip.protocol === Protocol.ICMPV6) return this.#error(ip)
    const wanted = this.#talk.transport === 'tcp' ? Protocol.TCP : Protocol.UDP
    if (ip.protocol !== wanted) return undefined
    return wanted === Protocol.TCP ? this.#segment(ip, from, index, isCopy) : this.#datagram(ip, from)
  }

  #segment(ip: IpPacket, from: End, index: number, isCopy: boolean): Said | undefined {
    const segment = readTcpSegment(ip.payload, ip.payloadBytes)
    if (segment === undefined || !this.#isOurs(ip, segment, from)) return undefined
    const read = this.#segments.read(segment, from, index, isCopy)
    const { payload, payloadBytes } = segment
    return {
      ...nothing,
      segment: read,
      payloadBytes,
      messages: this.#messagesIn(read.seq, payloadBytes),
      frames: framesInSegment(payload),
    }
  }

  /** The first byte of the stream has the number 1: the SYN has 0. */
  #messagesIn(seq: number, payloadBytes: number): number[] {
    const { messageBytes } = this.#talk
    if (messageBytes === null || payloadBytes === 0 || seq === 0) return []
    const first = Math.floor((seq - 1) / messageBytes)
    const last = Math.floor((seq - 2 + payloadBytes) / messageBytes)
    return Array.from({ length: last - first + 1 }, (_, n) => first + n + 1)
  }

  #datagram(ip: IpPacket, from: End): Said | undefined {
    const datagram = readUdpDatagram(ip.payload)
    if (datagram === undefined || !this.#isOurs(ip, datagram, from)) return undefined
    const { payload } = datagram
    const number = numberOf(payload)
    const messages = number === null ? [] : [number]
    if (ip.fragment) this.#cut.set(keyOf(ip, ip.fragment.id), messages)
    const payloadBytes = ip.fragment ? ip.payloadBytes - UDP_HEADER_BYTES : datagram.payloadBytes
    return { ...nothing, payloadBytes, messages, frames: framesInDatagram(payload) }
  }

  #laterFragment(ip: IpPacket): Said | undefined {
    const messages = ip.fragment ? this.#cut.get(keyOf(ip, ip.fragment.id)) : undefined
    return messages && { ...nothing, payloadBytes: ip.payloadBytes, messages }
  }

  #error(ip: IpPacket): Said | undefined {
    const icmp = icmpErrorOf(ip)
    return icmp === undefined ? undefined : { ...nothing, payloadBytes: ip.payloadBytes, icmp }
  }

  #isOurs(ip: IpPacket, ports: { sourcePort: number; destinationPort: number }, from: End): boolean {
    const source = formatHostPort(ip.source, ports.sourcePort)
    const destination = formatHostPort(ip.destination, ports.destinationPort)
    const isUp = from === 'client'
    if (this.ends === undefined) {
      if ((isUp ? ports.destinationPort : ports.sourcePort) !== this.#talk.serverPort) return false
      this.ends = isUp ? { client: source, server: destination } : { client: destination, server: source }
    }
    const { client, server } = this.ends
    return isUp ? source === client && destination === server : source === server && destination === client
  }
}

const nothing: Said = { segment: null, payloadBytes: 0, messages: [], frames: [], icmp: null }

function keyOf({ source, destination }: IpPacket, id: number): string {
  return `${source} ${destination} ${id}`
}
