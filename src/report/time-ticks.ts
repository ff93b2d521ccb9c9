import { NS_PER_MS } from '../core/units.ts'

export interface TimeTick {
  readonly ns: number
  readonly text: string
}

/** Round moments within a span, at most so many: multiples of 1, 2 or 5 times a power of ten, the closest that fit. */
export function timeTicks(beginNs: number, endNs: number, most: number): TimeTick[] {
  const least = (endNs - beginNs) / most
  const power = 10 ** Math.floor(Math.log10(least))
  const stepNs = power * ([1, 2, 5].find((times) => power * times >= least) ?? 10)
  const places = Math.max(0, Math.ceil(-Math.log10(stepNs / NS_PER_MS)))
  const first = Math.ceil(beginNs / stepNs)
  const count = Math.max(0, Math.min(most, Math.floor(endNs / stepNs) - first + 1))
  return Array.from({ length: count }, (_, n) => {
    const ns = (first + n) * stepNs
    return { ns, text: `${(ns / NS_PER_MS).toFixed(Math.min(places, 6)).replace(/^-(0(\.0+)?)$/, '$1')} ms` }
  })
}
