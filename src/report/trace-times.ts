import { NS_PER_MS } from '../core/units.ts'
import { formatValue } from './format-value.ts'

/** Past it a number of milliseconds is hard to read, and may have hundreds of digits. */
const MOST_MS = 1e6

/** Moments in ms, with as many decimals as the shortest of them needs to be told apart from the next. */
export function timeTexts(timesNs: readonly number[]): string[] {
  const spanNs = timesNs.reduce((a, b) => Math.max(a, b), 0) - timesNs.reduce((a, b) => Math.min(a, b), 0)
  const places = spanNs < 10 * NS_PER_MS ? 3 : spanNs < 10_000 * NS_PER_MS ? 2 : 1
  return timesNs.map((ns) => {
    const ms = ns / NS_PER_MS
    if (Math.abs(ms) >= MOST_MS) return formatValue(ns, 'ns')
    return ms.toFixed(places).replace(/^-(0\.?0*)$/, '$1')
  })
}
