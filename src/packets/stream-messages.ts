import { Flag, hasFlag, readSeq, readStream } from '../wire/frame.ts'
import { PREFIX_BYTES } from '../wire/framing.ts'
import { ByteTimes } from './byte-times.ts'
import { Coverage } from './coverage.ts'
import type { Direction } from './packet-log.ts'
import { streamFrames } from './stream-frames.ts'
import type { TcpStream } from './tcp-stream.ts'
import { type Carried, isMessage, type MessageTally, Places, type WireMessage } from './wire-message.ts'

/** The messages of one way of a TCP connection. */
export function messagesOfStream(stream: TcpStream, direction: Direction): Carried {
  const { frames, isWhole } = streamFrames(stream.sent)
  const sent = new ByteTimes(stream.sent)
  const arrived = new ByteTimes(stream.arrived)
  const probed = new Coverage()
  const underWay = new Coverage()
  for (const { from, to, datagram } of stream.carriers) if (datagram.isUnderWay) underWay.add(from, to)
  let [missingCount, underWayCount] = [0, 0]
  const messages: WireMessage[] = []
  for (const { from, to, head, isPresumed } of frames) {
    if (!isMessage(head)) continue
    const { cameNs: sentNs } = sent.of(to - 1)
    const { cameNs, readableNs } = arrived.of(to - 1)
    messages.push({
      direction,
      isReply: hasFlag(head, Flag.REPLY),
      stream: readStream(head),
      seq: isPresumed ? Number.NaN : readSeq(head),
      messageBytes: to - from - PREFIX_BYTES,
      sentNs: sentNs as number,
      arrivedNs: cameNs,
      blockedNs: cameNs === null || readableNs === null ? null : readableNs - cameNs,
    })
    probed.add(from, to)
    if (cameNs !== null) continue
    missingCount++
    if (underWay.covers(to - 1, to)) underWayCount++
  }
  const places = new Places()
  for (const { from, to, datagram } of stream.carriers) {
    if (probed.meets(from, to)) places.addPackets(datagram.packets)
  }
  const tally = (way: Direction): MessageTally => {
    const [messageCount, missing, underWayMessageCount] =
      way === direction ? [messages.length, missingCount, underWayCount] : [0, 0, 0]
    return { messageCount, lostMessageCount: missing - underWayMessageCount, underWayMessageCount }
  }
  return { messages, places, isWhole, tally }
}
