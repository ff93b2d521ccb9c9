import { type Impairments, noImpairments } from '../../src/lab/impairments.ts'
import { Pipeline } from '../../src/lab/pipeline.ts'
import { Slots } from '../../src/lab/slots.ts'
import { type Fate, FateCode, fates, PacketFlag } from '../../src/packets/packet-log.ts'

/** What became of a packet, or of a copy. */
export interface Passed {
  readonly number: number
  readonly isCopy: boolean
  readonly fate: Fate
  readonly isCorrupt: boolean
  readonly isReordered: boolean
  /** NaN: it never came out. */
  readonly outNs: number
}

export interface Arrival {
  readonly atNs: number
  readonly bytes: number
}

/** So many of one size, evenly. */
export function evenly(count: number, everyNs: number, bytes = 1000): Arrival[] {
  return Array.from({ length: count }, (_, n) => ({ atNs: n * everyNs, bytes }))
}

export interface Passage {
  readonly seed?: number
  readonly direction?: number
  readonly slots?: number
}

/** Sends packets through a pipeline on a simulated clock. Returns what became of each, in the order in which that was final. */
export function passed(
  impairments: Partial<Impairments>,
  arrivals: readonly Arrival[],
  { seed = 1, direction = 0, slots: slotCount = 4 * arrivals.length + 4 }: Passage = {},
): Passed[] {
  const slots = new Slots(slotCount)
  const pipeline = new Pipeline(slots, direction, seed)
  pipeline.impair({ ...noImpairments, ...impairments })
  const results: Passed[] = []
  const settle = (slot: number, fate: number) => {
    const flags = slots.flags[slot] as number
    results.push({
      number: slots.number[slot] as number,
      isCopy: (flags & PacketFlag.COPY) !== 0,
      isCorrupt: (flags & PacketFlag.CORRUPT) !== 0,
      isReordered: (flags & PacketFlag.REORDERED) !== 0,
      fate: fates[fate] as Fate,
      outNs: fate === FateCode.delivered ? (slots.outNs[slot] as number) : Number.NaN,
    })
    slots.give(slot)
  }
  const leaveUntil = (nowNs: number) => {
    for (;;) {
      const next = pipeline.nextNs()
      if (next > nowNs) return
      const slot = pipeline.take(next)
      settle(slot, FateCode.delivered)
    }
  }
  for (const { atNs, bytes } of arrivals) {
    // What comes at the moment at which another leaves comes first.
    leaveUntil(atNs - 0.001)
    const slot = slots.take()
    const fate = pipeline.enter(slot, bytes, atNs)
    if (fate === FateCode.delivered || fate === FateCode['queue-full']) {
      if (pipeline.doubles(slot)) {
        const copy = slots.take()
        const fateOfCopy = pipeline.enterCopy(copy, slot)
        if (fateOfCopy !== FateCode.delivered) settle(copy, fateOfCopy)
      }
    }
    if (fate !== FateCode.delivered) settle(slot, fate)
  }
  leaveUntil(Number.MAX_VALUE)
  return results
}

/** Of those with that fate, the numbers, in order; copies left out. */
export function numbersOf(results: readonly Passed[], fate: Fate): number[] {
  return results
    .filter((each) => each.fate === fate && !each.isCopy)
    .map(({ number }) => number)
    .sort((a, b) => a - b)
}
