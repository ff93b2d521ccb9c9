import { exactCut, normalCut, type RankCut } from './rank-cut.ts'

/** Up to here the null distribution is counted exactly; past it the normal approximation gives an interval wider by a rank or none. */
const EXACT_UP_TO = 200

/** The fewest pairs for which a 95 % interval exists: with 5, even the full range covers only 93.75 %. */
export const MIN_PAIRS = 6

const cuts = new Map<number, RankCut | null>()

/** Where the two-sided 5 % test of Wilcoxon's signed ranks cuts the Walsh averages of `pairs` values; null under MIN_PAIRS. */
export function signedRankCut(pairs: number): RankCut | null {
  if (pairs < MIN_PAIRS) return null
  const known = cuts.get(pairs)
  if (known !== undefined) return known
  const cut = pairs <= EXACT_UP_TO ? exactCut(distribution(pairs)) : approximateCut(pairs)
  cuts.set(pairs, cut)
  return cut
}

/** Every sign is as likely as the other, so each rank joins the sum with probability 1/2: count the sums. */
function distribution(pairs: number): Float64Array {
  const half = Math.floor((pairs * (pairs + 1)) / 4)
  const probability = new Float64Array(half + 1)
  probability[0] = 1
  for (let rank = 1; rank <= pairs; rank++) {
    for (let sum = half; sum >= 0; sum--) {
      const without = probability[sum] ?? 0
      const withIt = sum >= rank ? (probability[sum - rank] ?? 0) : 0
      probability[sum] = (without + withIt) / 2
    }
  }
  return probability
}

function approximateCut(pairs: number): RankCut {
  const mean = (pairs * (pairs + 1)) / 4
  return normalCut(mean, Math.sqrt((pairs * (pairs + 1) * (2 * pairs + 1)) / 24))
}
