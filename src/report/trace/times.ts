import { NS_PER_MS } from '../../core/units.ts'

/** Moments in ms, with the fewer decimals the longer the time that they span. */
export function timeTexts(timesNs: readonly number[]): string[] {
  const spanNs = timesNs.reduce((a, b) => Math.max(a, b), 0) - timesNs.reduce((a, b) => Math.min(a, b), 0)
  const places = spanNs < 10 * NS_PER_MS ? 3 : spanNs < 10_000 * NS_PER_MS ? 2 : 1
  // Nothing is at -0.00.
  return timesNs.map((ns) => (ns / NS_PER_MS).toFixed(places).replace(/^-(0\.0+)$/, '$1'))
}
