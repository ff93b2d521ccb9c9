import { WireRecording } from '../measure/wire-recording.ts'
import { packetsOfConnection, UdpFlows } from './connection-packets.ts'
import { DatagramMessages } from './datagram-messages.ts'
import { internetDatagramsOf } from './internet-datagrams.ts'
import { Protocol } from './ip-packet.ts'
import { type Direction, directions, type LoggedPacket } from './packet-log.ts'
import { messagesOfStream } from './stream-messages.ts'
import { type TcpConnection, TcpConnections } from './tcp-connections.ts'
import { tcpStreamOf } from './tcp-stream.ts'
import { type Carried, type MessageTally, Places } from './wire-message.ts'
import { type WirePacket, wirePacketsOf } from './wire-packets.ts'

/** What the log of a run says. */
export interface WireRecord {
  readonly recording: WireRecording
  /** What became of the messages, by direction; null where packets were not captured as far as it takes to tell all. */
  readonly messages: Readonly<Record<Direction, MessageTally>> | null
}

/** Reads it. `countsConnections`: the run is about beginning and ending them. */
export function recordWire(log: readonly LoggedPacket[], countsConnections: boolean): WireRecord {
  const recording = new WireRecording()
  const connections = new TcpConnections()
  const datagrams = new DatagramMessages()
  const flows = new UdpFlows()
  // Without what connections of earlier runs still send.
  const packets: WirePacket[] = []
  for (const datagram of internetDatagramsOf(wirePacketsOf(log))) {
    if (datagram.protocol === Protocol.TCP) {
      if (!connections.add(datagram)) continue
    } else datagrams.add(datagram)
    if (countsConnections && datagram.protocol === Protocol.UDP) flows.add(datagram)
    for (const packet of datagram.packets) packets.push(packet)
  }
  const carried = [...connections.all.flatMap((each) => messagesOn(each, recording)), datagrams]
  for (const { messages, isWhole } of carried) {
    if (!isWhole) recording.messagesUnknown()
    for (const { blockedNs } of messages) if (blockedNs !== null) recording.arrived(blockedNs)
  }
  recordPackets(recording, packets, carried)
  if (countsConnections) {
    for (const { connectCount, closeCount } of [
      ...connections.all.map(packetsOfConnection),
      ...flows.packets,
    ]) {
      recording.connection(connectCount, closeCount)
    }
  }
  const isKnown = carried.every(({ isWhole }) => isWhole)
  const messages = { up: tallyOf(carried, 'up'), down: tallyOf(carried, 'down') }
  return { recording, messages: isKnown ? messages : null }
}

function messagesOn(connection: TcpConnection, recording: WireRecording): Carried[] {
  return directions.flatMap((direction) => {
    const stream = tcpStreamOf(connection, direction)
    if (stream === null) return []
    recording.retransmitted(stream.retransmitCount)
    return messagesOfStream(stream, direction)
  })
}

function tallyOf(carried: readonly Carried[], direction: Direction): MessageTally {
  return carried
    .map((each) => each.tally(direction))
    .reduce((a, b) => ({
      messageCount: a.messageCount + b.messageCount,
      lostMessageCount: a.lostMessageCount + b.lostMessageCount,
      underWayMessageCount: a.underWayMessageCount + b.underWayMessageCount,
    }))
}

/** From the first packet that carried some of a message to the last; answers are no messages of their own here. */
function recordPackets(
  recording: WireRecording,
  packets: readonly WirePacket[],
  carried: readonly Carried[],
): void {
  const span = new Places()
  let messageCount = 0
  for (const { messages, places } of carried) {
    span.add(places)
    for (const { isReply } of messages) if (!isReply) messageCount++
  }
  let [packetCount, byteCount] = [0, 0]
  for (const { place, packetBytes } of packets) {
    if (place < span.first || place > span.last) continue
    packetCount++
    byteCount += packetBytes
  }
  recording.carried(packetCount, byteCount, messageCount)
}
