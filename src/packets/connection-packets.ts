import type { InternetDatagram } from './internet-datagrams.ts'
import type { TcpConnection } from './tcp-connections.ts'
import { hasTcpFlag, TcpFlag } from './tcp-segment.ts'
import { readUdpDatagram } from './udp-datagram.ts'

/** What a connection's beginning and end cost, packets both ways; null where it had none. */
export interface ConnectionPackets {
  /** Before the first that carries something. */
  readonly connectCount: number | null
  /** From the first FIN or RST on. */
  readonly closeCount: number | null
}

export function packetsOfConnection({ segments }: TcpConnection): ConnectionPackets {
  const first = segments.findIndex(({ segment }) => segment.payloadBytes > 0)
  const end = segments.findIndex(({ segment }) => hasTcpFlag(segment, TcpFlag.FIN | TcpFlag.RST))
  const count = (from: number, to: number) =>
    segments.slice(from, to).reduce((sum, { datagram }) => sum + datagram.packets.length, 0)
  return {
    connectCount: first < 0 ? null : count(0, first),
    closeCount: end < 0 ? null : count(end, segments.length),
  }
}

/** What UDP has instead of connections, one for each pair of ports: nothing begins or ends it. */
export class UdpFlows {
  readonly #flows = new Map<string, { connectCount: number; hasBegun: boolean }>()

  add({ direction, source, destination, payload, packets }: InternetDatagram): void {
    const udp = readUdpDatagram(payload)
    if (udp === undefined) return
    const { sourcePort, destinationPort, payloadBytes } = udp
    const [near, far] = [`${source} ${sourcePort}`, `${destination} ${destinationPort}`]
    const key = direction === 'up' ? `${near} ${far}` : `${far} ${near}`
    const flow = this.#flows.get(key) ?? { connectCount: 0, hasBegun: false }
    this.#flows.set(key, flow)
    if (payloadBytes > 0) flow.hasBegun = true
    if (!flow.hasBegun) flow.connectCount += packets.length
  }

  get packets(): ConnectionPackets[] {
    return [...this.#flows.values()].map(({ connectCount, hasBegun }) => {
      return hasBegun ? { connectCount, closeCount: 0 } : { connectCount: null, closeCount: null }
    })
  }
}
