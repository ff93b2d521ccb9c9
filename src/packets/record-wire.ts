import { WireRecording } from '../measure/wire-recording.ts'
import { packetsOfConnection, packetsOfUdpFlows } from './connection-packets.ts'
import { messagesOfDatagrams } from './datagram-messages.ts'
import { type InternetDatagram, internetDatagramsOf } from './internet-datagrams.ts'
import { Protocol } from './ip-packet.ts'
import { directions, type LoggedPacket } from './packet-log.ts'
import { messagesOfStream } from './stream-messages.ts'
import { type TcpConnection, tcpConnectionsOf } from './tcp-connections.ts'
import { tcpStreamOf } from './tcp-stream.ts'
import { type Carried, placesOf } from './wire-message.ts'
import { type WirePacket, wirePacketsOf } from './wire-packets.ts'

/** What the log of a run says. `countsConnections`: the run is about beginning and ending them. */
export function recordWire(log: readonly LoggedPacket[], countsConnections: boolean): WireRecording {
  const recording = new WireRecording()
  const datagrams = internetDatagramsOf(wirePacketsOf(log))
  const connections = tcpConnectionsOf(datagrams)
  const carried = [
    ...connections.flatMap((each) => messagesOn(each, recording)),
    messagesOfDatagrams(datagrams),
  ]
  for (const { messages, isWhole } of carried) {
    if (!isWhole) recording.messagesUnknown()
    for (const { blockedNs } of messages) if (blockedNs !== null) recording.arrived(blockedNs)
  }
  recordPackets(recording, packetsOfRun(datagrams, connections), carried)
  if (countsConnections) {
    const packets = [...connections.map(packetsOfConnection), ...packetsOfUdpFlows(datagrams)]
    for (const { connectCount, closeCount } of packets) recording.connection(connectCount, closeCount)
  }
  return recording
}

function messagesOn(connection: TcpConnection, recording: WireRecording): Carried[] {
  return directions.flatMap((direction) => {
    const stream = tcpStreamOf(connection, direction)
    if (stream === null) return []
    recording.retransmitted(stream.retransmitCount)
    return messagesOfStream(stream, direction)
  })
}

/** Without what connections of earlier runs still sent. */
function packetsOfRun(
  datagrams: readonly InternetDatagram[],
  connections: readonly TcpConnection[],
): WirePacket[] {
  const ofTcp = connections.flatMap(({ segments }) => segments.map(({ datagram }) => datagram))
  const others = datagrams.filter(({ protocol }) => protocol !== Protocol.TCP)
  return [...ofTcp, ...others].flatMap(({ packets }) => packets)
}

/** From the first packet that carried some of a message to the last; answers are no messages of their own here. */
function recordPackets(
  recording: WireRecording,
  packets: readonly WirePacket[],
  carried: readonly Carried[],
): void {
  const span = placesOf(carried.flatMap(({ places }) => places ?? []))
  if (span === null) return
  const within = packets.filter(({ place }) => place >= span[0] && place <= span[1])
  const bytes = within.reduce((sum, { packetBytes }) => sum + packetBytes, 0)
  const messageCount = carried.reduce((sum, { messages }) => {
    return sum + messages.filter(({ isReply }) => !isReply).length
  }, 0)
  recording.carried(within.length, bytes, messageCount)
}
