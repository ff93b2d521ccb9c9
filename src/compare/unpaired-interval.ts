import { type RankInterval, rankInterval, smallestOfRank } from './rank-search.ts'
import { rankSumCut } from './rank-sum.ts'

/** The estimate is the median of the differences of every value of b and every value of a. */
export type UnpairedInterval = RankInterval

/**
 * How far b lies above a, with its 95 % interval, exact for two samples of one shape, whatever shape that is (Hodges
 * and Lehmann 1963; Hollander, Wolfe and Chicken, 4.2 and 4.3). Values are finite; null where a sample has none.
 */
export function unpairedInterval(a: readonly number[], b: readonly number[]): UnpairedInterval | null {
  if (a.length === 0 || b.length === 0) return null
  const sorted = { a: Float64Array.from(a).sort(), b: Float64Array.from(b).sort() }
  const cut = rankSumCut(a.length, b.length)
  return rankInterval(a.length * b.length, (rank) => differenceOfRank(sorted, rank), cut)
}

interface Samples {
  readonly a: Float64Array
  readonly b: Float64Array
}

function differenceOfRank({ a, b }: Samples, rank: number): number {
  const low = (b[0] ?? 0) - (a[a.length - 1] ?? 0)
  const high = (b[b.length - 1] ?? 0) - (a[0] ?? 0)
  return smallestOfRank(rank, low, high, (limit) => countUpTo({ a, b }, limit))
}

function countUpTo({ a, b }: Samples, limit: number): number {
  let count = 0
  let end = 0
  for (const each of a) {
    while (end < b.length && (b[end] ?? 0) - each <= limit) end++
    count += end
  }
  return count
}
