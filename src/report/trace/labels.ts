import type { TracedCall, TracedPacket } from '../../result/trace-schema.ts'
import { printable } from '../text.ts'

/** What became of a packet that did not arrive. */
export const lossWords: Readonly<Record<TracedPacket['fate'], string>> = {
  delivered: 'never arrived',
  lost: 'lost',
  'burst-lost': 'lost in a burst',
  dropped: 'dropped',
  'queue-full': 'queue full',
  'under-way': 'still under way',
}

/** It did not arrive, and was not lost: that was not known yet when the conversation was over. */
export function isUnderWay({ outNs, fate }: TracedPacket): boolean {
  return outNs === null && fate === 'under-way'
}

/** What a packet says, from the whole of it down to a word: whoever draws takes the first that fits. */
export function labelsOf(packet: TracedPacket): readonly [string, ...string[]] {
  const marks = marksOf(packet)
  const marked = (text: string) => [text, ...marks].join(', ')
  const { segment, icmp } = packet
  if (icmp !== null) return [marked(`ICMP: ${printable(icmp)}`), marked('ICMP')]
  if (segment === null) {
    const labels = datagramLabels(packet)
    return [marked(labels[0]), ...labels.slice(1).map(marked), labels.at(-1) ?? '']
  }
  const flags = segment.flags.map(printable).join('-') || 'no flags'
  const ack = segment.ack === null ? '' : ` ack ${segment.ack}`
  const numbers = ` seq ${segment.seq}${ack}`
  if (packet.payloadBytes === 0) return [marked(flags + numbers), marked(flags + ack), marked(flags), flags]
  const contents = contentsOf(packet)
  const held = `${packet.payloadBytes} B${contents}`
  const kind = contents === '' ? flags : contents.slice(2)
  return [
    marked(`${flags}${numbers}, ${held}`),
    marked(`${flags} seq ${segment.seq}, ${held}`),
    marked(`seq ${segment.seq}, ${held}`),
    marked(held),
    marked(kind),
    kind,
  ]
}

function datagramLabels(packet: TracedPacket): readonly [string, ...string[]] {
  const { fragment, payloadBytes } = packet
  const contents = contentsOf(packet)
  if (fragment === null) return [`${payloadBytes} B${contents}`, contents.slice(2) || `${payloadBytes} B`]
  const end = fragment.offsetBytes + payloadBytes - 1
  return [
    `fragment, bytes ${fragment.offsetBytes} to ${end}${contents}`,
    `bytes ${fragment.offsetBytes} to ${end}`,
    'fragment',
  ]
}

/** `: message 3`, `: messages 3 to 5`, `: PROBE 7`. */
function contentsOf({ messages, frames }: TracedPacket): string {
  const [first] = messages
  const last = messages.at(-1)
  if (first === undefined || last === undefined) {
    const [frame] = frames
    if (frame === undefined) return ''
    return `: ${printable(frame)}${frames.length > 1 ? ` and ${frames.length - 1} more` : ''}`
  }
  return first === last ? `: message ${first}` : `: messages ${first} to ${last}`
}

/** What is not as it should be. */
function marksOf({ segment, isCopy, isCorrupt, isReordered }: TracedPacket): string[] {
  return [
    ...(isRepeat(segment) ? ['again'] : []),
    ...(segment?.isDuplicateAck ? ['duplicate'] : []),
    ...(isCopy ? ['copy'] : []),
    ...(isCorrupt ? ['corrupted'] : []),
    ...(isReordered ? ['reordered'] : []),
  ]
}

/** Something of it was sent before. */
export function isRepeat(segment: TracedPacket['segment']): boolean {
  return segment !== null && segment.repeats !== null
}

/** `connect(10.9.0.2:7118) = 0` */
export function callText({ name, arguments: given, result }: TracedCall): string {
  return `${printable(name)}(${printable(given)}) = ${printable(result)}`
}
