import { type RankInterval, rankInterval, smallestOfRank } from './rank-search.ts'
import { signedRankCut } from './signed-rank.ts'

/** The estimate is the median of the Walsh averages: the mean of each pair of values, a value with itself too. */
export type PairedInterval = RankInterval

/**
 * Centre of paired differences with its 95 % interval, exact for any symmetric distribution (Hodges and Lehmann 1963;
 * Hollander, Wolfe and Chicken, 3.2 and 3.3). `values` are finite; null without any.
 */
export function pairedInterval(values: readonly number[]): PairedInterval | null {
  if (values.length === 0) return null
  const sorted = Float64Array.from(values).sort()
  const averages = (sorted.length * (sorted.length + 1)) / 2
  return rankInterval(averages, (rank) => walshAverage(sorted, rank), signedRankCut(sorted.length))
}

/** The rank-th smallest Walsh average. */
function walshAverage(sorted: Float64Array, rank: number): number {
  const [low, high] = [sorted[0] ?? 0, sorted[sorted.length - 1] ?? 0]
  return smallestOfRank(rank, low, high, (limit) => countUpTo(sorted, limit))
}

function countUpTo(sorted: Float64Array, limit: number): number {
  let count = 0
  let last = sorted.length - 1
  for (let first = 0; first <= last; first++) {
    const half = (sorted[first] ?? 0) / 2
    while (last >= first && half + (sorted[last] ?? 0) / 2 > limit) last--
    count += last - first + 1
  }
  return count
}
