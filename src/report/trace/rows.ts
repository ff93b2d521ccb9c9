import type { TracedCall, TracedConversation, TracedPacket } from '../../result/trace-schema.ts'

/** Something that happens at one end at one moment, or a while in which nothing does. */
export type TraceRow =
  | { readonly kind: 'leaves' | 'arrives'; readonly atNs: number; readonly packet: TracedPacket }
  | { readonly kind: 'call'; readonly atNs: number; readonly call: TracedCall }
  | { readonly kind: 'pause'; readonly atNs: number; readonly lastsNs: number }

type Happening = Exclude<TraceRow, { kind: 'pause' }>

/** At which end something happens; undefined for a pause. */
export function endOf(row: TraceRow): 'client' | 'server' | undefined {
  if (row.kind === 'pause') return undefined
  if (row.kind === 'call') return row.call.at
  const isAtClient = (row.packet.from === 'client') === (row.kind === 'leaves')
  return isAtClient ? 'client' : 'server'
}

/** At one moment: what arrives is read, and what is sent leaves. */
const ranks = { arrives: 0, call: 1, leaves: 2 } as const

/** A pause is worth a row where it lasts so many times as long as a packet takes. */
const LONG_PAUSE = 3
const LEAST_PAUSE_NS = 1e6

/** A row of one of several conversations; a pause is of all of them. */
export interface SharedRow {
  readonly of: number
  readonly row: TraceRow
}

/** A conversation in the order in which it happened. */
export function rowsOf(conversation: TracedConversation): TraceRow[] {
  return sharedRowsOf([conversation]).map(({ row }) => row)
}

/** Conversations as if they had begun together; a pause is where nothing happens in any of them. */
export function sharedRowsOf(conversations: readonly TracedConversation[]): SharedRow[] {
  const happenings = conversations
    .flatMap((conversation, of) => happeningsOf(conversation).map((row) => ({ of, row })))
    .sort((a, b) => a.row.atNs - b.row.atNs || ranks[a.row.kind] - ranks[b.row.kind])
  const packets = conversations.flatMap((conversation) => conversation.packets)
  const longNs = Math.max(LEAST_PAUSE_NS, LONG_PAUSE * usualTransitNs(packets))
  let underWay = 0
  return happenings.flatMap((each, index): SharedRow[] => {
    const { row } = each
    const before = happenings[index - 1]?.row
    const lastsNs = before === undefined ? 0 : row.atNs - before.atNs
    const isPause = underWay === 0 && lastsNs > longNs
    if (row.kind === 'leaves' && row.packet.outNs !== null) underWay++
    if (row.kind === 'arrives') underWay--
    return isPause ? [{ of: each.of, row: { kind: 'pause', atNs: row.atNs, lastsNs } }, each] : [each]
  })
}

function happeningsOf({ packets, calls }: TracedConversation): Happening[] {
  return [
    ...packets.flatMap((packet): Happening[] => [
      { kind: 'leaves', atNs: packet.inNs, packet },
      ...(packet.outNs === null ? [] : [{ kind: 'arrives' as const, atNs: packet.outNs, packet }]),
    ]),
    ...(calls ?? []).map((call): Happening => ({ kind: 'call', atNs: call.beginNs, call })),
  ]
}

/** The median of those that arrived; 0 where none did. */
export function usualTransitNs(packets: readonly TracedPacket[]): number {
  const transits = packets
    .flatMap(({ inNs, outNs }) => (outNs === null ? [] : [outNs - inNs]))
    .sort((a, b) => a - b)
  return transits[Math.floor(transits.length / 2)] ?? 0
}
