import { NS_PER_MS } from '../core/units.ts'
import { decimalsOf, roundStep } from './round-step.ts'

export interface TimeTick {
  readonly ns: number
  readonly text: string
}

/** Round moments within a span, at most so many: multiples of 1, 2 or 5 times a power of ten, the closest that fit. */
export function timeTicks(beginNs: number, endNs: number, most: number): TimeTick[] {
  const stepNs = roundStep((endNs - beginNs) / most, [1, 2, 5])
  const places = decimalsOf(stepNs / NS_PER_MS)
  const first = Math.ceil(beginNs / stepNs)
  const count = Math.max(0, Math.min(most, Math.floor(endNs / stepNs) - first + 1))
  return Array.from({ length: count }, (_, n) => {
    const ns = (first + n) * stepNs
    return { ns, text: `${(ns / NS_PER_MS).toFixed(Math.min(places, 6)).replace(/^-(0(\.0+)?)$/, '$1')} ms` }
  })
}
