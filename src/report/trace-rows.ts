import type { TracedCall, TracedConversation, TracedPacket } from '../result/trace-schema.ts'

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

/** A conversation in the order in which it happened. */
export function rowsOf({ packets, calls }: TracedConversation): TraceRow[] {
  const happenings = [
    ...packets.flatMap((packet): Happening[] => [
      { kind: 'leaves', atNs: packet.inNs, packet },
      ...(packet.outNs === null ? [] : [{ kind: 'arrives' as const, atNs: packet.outNs, packet }]),
    ]),
    ...(calls ?? []).map((call): Happening => ({ kind: 'call', atNs: call.beginNs, call })),
  ].sort((a, b) => a.atNs - b.atNs || ranks[a.kind] - ranks[b.kind])
  const longNs = Math.max(LEAST_PAUSE_NS, LONG_PAUSE * usualTransitNs(packets))
  let underWay = 0
  return happenings.flatMap((each, index) => {
    const before = happenings[index - 1]
    const lastsNs = before === undefined ? 0 : each.atNs - before.atNs
    const isPause = underWay === 0 && lastsNs > longNs
    if (each.kind === 'leaves' && each.packet.outNs !== null) underWay++
    if (each.kind === 'arrives') underWay--
    return isPause ? [{ kind: 'pause', atNs: each.atNs, lastsNs }, each] : [each]
  })
}

/** The median of those that arrived; 0 where none did. */
export function usualTransitNs(packets: readonly TracedPacket[]): number {
  const transits = packets
    .flatMap(({ inNs, outNs }) => (outNs === null ? [] : [outNs - inNs]))
    .sort((a, b) => a - b)
  return transits[Math.floor(transits.length / 2)] ?? 0
}
