import { type Arrival, DUPLICATE, FRESH, REORDERED, STALE } from '../../src/measure/arrivals.ts'

export interface NaiveArrivals {
  kinds: Arrival[]
  received: number[]
  extentMax: number
}

/** The definitions, taken word by word and with no thought of cost. */
export function naiveArrivals(seqs: readonly number[], windowSeqs = Number.POSITIVE_INFINITY): NaiveArrivals {
  const received: number[] = []
  let extentMax = 0
  const kinds = seqs.map((seq): Arrival => {
    const highest = Math.max(-1, ...received)
    const end = highest < 0 ? 0 : 32 * (Math.floor(highest / 32) + 1)
    if (seq < end - windowSeqs) return STALE
    if (received.includes(seq)) return DUPLICATE
    const overtaker = received.findIndex((earlier) => earlier > seq)
    if (overtaker >= 0) extentMax = Math.max(extentMax, received.length - overtaker)
    received.push(seq)
    return overtaker >= 0 ? REORDERED : FRESH
  })
  return { kinds, received, extentMax }
}

/** Lengths of the runs of numbers below `sentCount` that were not received. */
export function naiveLossRuns(received: readonly number[], sentCount: number): number[] {
  const text = Array.from({ length: sentCount }, (_, seq) => (received.includes(seq) ? ' ' : 'x')).join('')
  return text.split(/ +/).flatMap((run) => (run === '' ? [] : [run.length]))
}
