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
export const plain = (value: number): number => value + 0
