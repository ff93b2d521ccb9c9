import type { RankCut } from './rank-cut.ts'

/** A Hodges-Lehmann estimate: the median of many estimates, and the interval that a rank test cuts out of them. */
export interface RankInterval {
  readonly estimate: number
  /** Both ends belong to it. Null where there are too few values for one. */
  readonly interval: { readonly low: number; readonly high: number; readonly confidence: number } | null
}

/** Of `count` estimates, of which `ofRank` finds the rank-th smallest. */
export function rankInterval(
  count: number,
  ofRank: (rank: number) => number,
  cut: RankCut | null,
): RankInterval {
  const below = ofRank(Math.floor((count + 1) / 2))
  const above = count % 2 === 1 ? below : ofRank(count / 2 + 1)
  return {
    estimate: plain(below / 2 + above / 2),
    interval: cut && {
      low: plain(ofRank(cut.rank)),
      high: plain(ofRank(count + 1 - cut.rank)),
      confidence: cut.confidence,
    },
  }
}

/**
 * The rank-th smallest of the values from `low` to `high` of which `countUpTo` counts those up to a limit. Found by
 * halving: a thousand blocks have half a million estimates to store.
 */
export function smallestOfRank(
  rank: number,
  low: number,
  high: number,
  countUpTo: (limit: number) => number,
): number {
  if (countUpTo(low) >= rank) return low
  for (;;) {
    const middle = low / 2 + high / 2
    if (!(middle > low && middle < high)) return high
    if (countUpTo(middle) >= rank) high = middle
    else low = middle
  }
}

/** JSON has no -0. */
const plain = (value: number): number => value + 0
