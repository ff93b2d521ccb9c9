import { numberOf } from '../wire/numbered-text.ts'
import { ByteTimes } from './byte-times.ts'
import { type InternetDatagram, internetDatagramsOf } from './internet-datagrams.ts'
import { Protocol } from './ip-packet.ts'
import type { Talk } from './ladder-reader.ts'
import type { LoggedPacket } from './packet-log.ts'
import { TcpConnections } from './tcp-connections.ts'
import { tcpStreamOf } from './tcp-stream.ts'
import { readUdpDatagram } from './udp-datagram.ts'
import { wirePacketsOf } from './wire-packets.ts'

/** One message on its way from the client's host to the server's; ns. */
export interface Delivery {
  readonly message: number
  /** When its last byte first entered the link. */
  readonly sentNs: number
  /** When its last byte first reached the far host; null: never. */
  readonly arrivedNs: number | null
  /** When everything that has to be handed over before had reached it, too; null: never. */
  readonly deliverableNs: number | null
}

/**
 * The client's messages, by number, those that never came to the link left out. What TCP carries is in order, so a message
 * waits for all bytes before it; a datagram waits for nobody.
 * @param zeroNs what times are counted from, ns of the log's clock
 */
export function deliveriesOf(log: readonly LoggedPacket[], talk: Talk, zeroNs: number): Delivery[] {
  const datagrams = [...internetDatagramsOf(wirePacketsOf(log))]
  const deliveries = talk.transport === 'tcp' ? ofStream(datagrams, talk) : ofDatagrams(datagrams, talk)
  const since = (ns: number | null) => (ns === null ? null : ns - zeroNs)
  return deliveries.map(({ message, sentNs, arrivedNs, deliverableNs }) => {
    return {
      message,
      sentNs: sentNs - zeroNs,
      arrivedNs: since(arrivedNs),
      deliverableNs: since(deliverableNs),
    }
  })
}

function ofStream(datagrams: readonly InternetDatagram[], { messageBytes }: Talk): Delivery[] {
  const connections = new TcpConnections()
  for (const datagram of datagrams) if (datagram.protocol === Protocol.TCP) connections.add(datagram)
  const [connection] = connections.all
  const stream = connection && tcpStreamOf(connection, 'up')
  if (!stream || messageBytes === null) return []
  const sent = new ByteTimes(stream.sent)
  const arrived = new ByteTimes(stream.arrived)
  const streamBytes = stream.sent.at(-1)?.to ?? 0
  return Array.from({ length: Math.floor(streamBytes / messageBytes) }, (_, index) => {
    const last = (index + 1) * messageBytes - 1
    const { cameNs, readableNs } = arrived.of(last)
    return {
      message: index + 1,
      sentNs: sent.of(last).cameNs ?? 0,
      arrivedNs: cameNs,
      deliverableNs: readableNs,
    }
  })
}

function ofDatagrams(datagrams: readonly InternetDatagram[], { serverPort }: Talk): Delivery[] {
  const found = new Map<number, Delivery>()
  for (const { protocol, payload, inNs, arrivedNs } of datagrams) {
    if (protocol !== Protocol.UDP) continue
    const datagram = readUdpDatagram(payload)
    const message = datagram?.destinationPort === serverPort ? numberOf(datagram.payload) : null
    if (message === null || found.has(message)) continue
    found.set(message, { message, sentNs: inNs, arrivedNs, deliverableNs: arrivedNs })
  }
  return [...found.values()].sort((a, b) => a.message - b.message)
}
