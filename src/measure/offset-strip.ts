import type { EchoStamps } from './echo-stamps.ts'

/**
 * How much the rates of two hosts' clocks may differ: a kernel lets time services correct a clock by 500 ppm at most,
 * and there are two of them.
 */
export const MOST_DRIFT = 1e-3

/** A reading drops what is less than 1 ns; past 104 days of uptime a double holds a time to 2 ns, past 208 to 4. */
const READING_ERROR_NS = 4

/** Between which bounds the far clock's lead lay, ns, as `EchoStamps` counts it: for each echo, at its departure and arrival. */
export interface OffsetStrip {
  readonly atDeparture: Bounds
  readonly atArrival: Bounds
}

export interface Bounds {
  readonly lowerNs: Float64Array
  readonly upperNs: Float64Array
}

/**
 * The offset at every moment, from all that any echo says of it: an echo bounds the offset at its own departure and
 * arrival, and, since two clocks drift apart by no more than `MOST_DRIFT`, a little more loosely before and after. The
 * quickest echoes bound it best (a minimum filter), and no asymmetry of the path can move it out. Null where the bounds
 * contradict each other: the clock was set meanwhile, or what came were no times.
 */
export function offsetStrip({
  count,
  sentAtNs,
  receivedAtNs,
  upperNs,
  lowerNs,
}: EchoStamps): OffsetStrip | null {
  const at = new Float64Array(2 * count)
  at.set(sentAtNs.subarray(0, count))
  at.set(receivedAtNs.subarray(0, count), count)
  const upper = new Float64Array(2 * count).fill(Number.POSITIVE_INFINITY)
  const lower = new Float64Array(2 * count).fill(Number.NEGATIVE_INFINITY)
  for (let echo = 0; echo < count; echo++) {
    upper[echo] = (upperNs[echo] as number) + READING_ERROR_NS
    lower[count + echo] = (lowerNs[echo] as number) - READING_ERROR_NS
  }
  const moments = new Uint32Array(2 * count).map((_, moment) => moment)
  moments.sort((a, b) => (at[a] as number) - (at[b] as number))
  spread(moments, at, lower, upper)
  spread(moments.reverse(), at, lower, upper)
  if (!moments.every((moment) => (lower[moment] as number) <= (upper[moment] as number))) return null
  return {
    atDeparture: { lowerNs: lower.subarray(0, count), upperNs: upper.subarray(0, count) },
    atArrival: { lowerNs: lower.subarray(count), upperNs: upper.subarray(count) },
  }
}

/** What is known at one moment holds at the next, but for the drift in between. */
function spread(moments: Uint32Array, at: Float64Array, lower: Float64Array, upper: Float64Array): void {
  let least = Number.NEGATIVE_INFINITY
  let most = Number.POSITIVE_INFINITY
  let before = 0
  for (const moment of moments) {
    const driftNs = MOST_DRIFT * Math.abs((at[moment] as number) - before)
    before = at[moment] as number
    least = Math.max(least - driftNs, lower[moment] as number)
    most = Math.min(most + driftNs, upper[moment] as number)
    lower[moment] = least
    upper[moment] = most
  }
}
