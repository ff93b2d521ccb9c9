import type { TracedConversation, TracedPacket } from '../../result/trace-schema.ts'
import { formatValue } from '../format-value.ts'
import { printable, transportLabel } from '../text.ts'
import { unansweredOf, unansweredWords } from './answers.ts'
import { isUnderWay } from './labels.ts'

/** What a conversation cost on the link, in one or two sentences. */
export function summaryOf(conversation: TracedConversation): string {
  const label = transportLabel(conversation.transport)
  const error = conversation.error === null ? '' : ` It ended early: ${printable(conversation.error)}.`
  const all = conversation.packets.filter(({ isCopy }) => !isCopy)
  // A host that tells of a packet is not of the conversation.
  const packets = all.filter(({ icmp }) => icmp === null)
  if (all.length === 0) return `${label}: no packet came to the link.${error}`
  const bytes = packets.reduce((sum, { packetBytes }) => sum + packetBytes, 0)
  const carried = packets.reduce((sum, packet) => sum + newBytesOf(packet), 0)
  const counts = [
    ...shareOfConnection(packets),
    ...troubles(conversation.packets),
    ...besides(all.filter(({ icmp }) => icmp !== null)),
    ...unansweredWords(unansweredOf(conversation)),
  ]
  const cost = `${counted(packets.length, 'packet')}, ${formatValue(bytes, 'bytes')}, for ${formatValue(carried, 'bytes')} of messages`
  return `${label}: ${[cost, ...counts].join('; ')}.${error}`
}

/** Of a stream, what was not sent before; of datagrams, all of them. */
function newBytesOf({ segment, payloadBytes }: TracedPacket): number {
  return segment !== null && segment.repeats !== null ? 0 : payloadBytes
}

/** How many packets came before anything was said, and after all was. */
function shareOfConnection(packets: readonly TracedPacket[]): string[] {
  if (packets[0]?.segment == null) return []
  const firstData = packets.findIndex(({ payloadBytes }) => payloadBytes > 0)
  const firstFin = packets.findIndex(({ segment }) => segment?.flags.includes('FIN') === true)
  return [
    ...(firstData > 0 ? [`${firstData} before the first message`] : []),
    ...(firstFin >= 0 ? [`${packets.length - firstFin} to close`] : []),
  ]
}

/** What the link did, and what was done about it. */
function troubles(packets: readonly TracedPacket[]): string[] {
  const count = (is: (packet: TracedPacket) => boolean) => packets.filter(is).length
  const found: readonly (readonly [number, string])[] = [
    [count((packet) => packet.fate !== 'delivered' && !isUnderWay(packet) && !packet.isCopy), 'lost'],
    [count((packet) => isUnderWay(packet) && !packet.isCopy), 'still under way at the end'],
    [count(({ segment }) => segment !== null && segment.repeats !== null), 'sent again'],
    [count(({ segment }) => segment?.isDuplicateAck === true), 'duplicate ACKs'],
    [count(({ isCopy }) => isCopy), 'doubled'],
    [count(({ isCorrupt }) => isCorrupt), 'corrupted'],
    [count(({ isReordered }) => isReordered), 'reordered'],
  ]
  return found.flatMap(([number, what]) => (number === 0 ? [] : [`${number} ${what}`]))
}

/** Errors of ICMP, which are in neither of the counts before. */
function besides(errors: readonly TracedPacket[]): string[] {
  if (errors.length === 0) return []
  const bytes = errors.reduce((sum, { packetBytes }) => sum + packetBytes, 0)
  return [`besides, ${counted(errors.length, 'ICMP packet')}, ${formatValue(bytes, 'bytes')}`]
}

function counted(count: number, what: string): string {
  return `${formatValue(count, 'count')} ${what}${count === 1 ? '' : 's'}`
}
