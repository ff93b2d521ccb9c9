import type { TracedConversation, TracedPacket } from '../../result/trace-schema.ts'
import { formatValue } from '../format-value.ts'
import { printable, transportLabel } from '../text.ts'
import { unansweredOf } from './answers.ts'
import { listed } from './timeline-facts.ts'

/** What a conversation cost on the link, in one or two sentences. */
export function summaryOf(conversation: TracedConversation): string {
  const label = transportLabel(conversation.transport)
  const error = conversation.error === null ? '' : ` It ended early: ${printable(conversation.error)}.`
  const packets = conversation.packets.filter(({ isCopy }) => !isCopy)
  if (packets.length === 0) return `${label}: no packet came to the link.${error}`
  const bytes = packets.reduce((sum, { packetBytes }) => sum + packetBytes, 0)
  const carried = packets.reduce((sum, packet) => sum + newBytesOf(packet), 0)
  const counts = [
    ...shareOfConnection(packets),
    ...troubles(conversation.packets),
    ...unanswered(conversation),
  ]
  const cost = `${counted(packets.length, 'packet')}, ${formatValue(bytes, 'bytes')}, for ${formatValue(carried, 'bytes')} of messages`
  return `${label}: ${[cost, ...counts].join('; ')}.${error}`
}

/** Of a stream, what was not sent before; of datagrams, all of them. */
function newBytesOf({ segment, payloadBytes, icmp }: TracedPacket): number {
  return icmp !== null || (segment !== null && segment.repeats !== null) ? 0 : payloadBytes
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
    [count(({ fate, isCopy }) => fate !== 'delivered' && !isCopy), 'lost'],
    [count(({ segment }) => segment !== null && segment.repeats !== null), 'sent again'],
    [count(({ segment }) => segment?.isDuplicateAck === true), 'duplicate ACKs'],
    [count(({ isCopy }) => isCopy), 'doubled'],
    [count(({ isCorrupt }) => isCorrupt), 'corrupted'],
    [count(({ isReordered }) => isReordered), 'reordered'],
  ]
  return found.flatMap(([number, what]) => (number === 0 ? [] : [`${number} ${what}`]))
}

function unanswered(conversation: TracedConversation): string[] {
  const missing = unansweredOf(conversation)
  return missing.length === 0 ? [] : [`no answer to ${listed(missing)}`]
}

function counted(count: number, what: string): string {
  return `${formatValue(count, 'count')} ${what}${count === 1 ? '' : 's'}`
}
