/** Up to here the null distribution is counted exactly; past it the normal approximation gives an interval wider by a rank or none. */
const EXACT_UP_TO = 200
const ALPHA = 0.05
const Z_975 = 1.959_963_984_540_054

/** The fewest pairs for which a 95 % interval exists: with 5, even the full range covers only 93.75 %. */
export const MIN_PAIRS = 6

export interface SignedRankCut {
  /** The interval runs from the rank-th smallest to the rank-th largest Walsh average. */
  readonly rank: number
  /** What that interval covers in truth, at least 0.95 where counted exactly. */
  readonly confidence: number
}

const cuts = new Map<number, SignedRankCut>()

/** Where the two-sided 5 % test of Wilcoxon's signed ranks cuts `pairs` values; null under MIN_PAIRS. */
export function signedRankCut(pairs: number): SignedRankCut | null {
  if (pairs < MIN_PAIRS) return null
  const known = cuts.get(pairs)
  if (known) return known
  const cut = pairs <= EXACT_UP_TO ? exactCut(pairs) : normalCut(pairs)
  cuts.set(pairs, cut)
  return cut
}

/** Every sign is as likely as the other, so each rank joins the sum with probability 1/2: count the sums. */
function exactCut(pairs: number): SignedRankCut {
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
  let tail = 0
  let rank = 0
  for (const each of probability) {
    if (2 * (tail + each) > ALPHA) break
    tail += each
    rank++
  }
  return { rank, confidence: 1 - 2 * tail }
}

function normalCut(pairs: number): SignedRankCut {
  const mean = (pairs * (pairs + 1)) / 4
  const deviation = Math.sqrt((pairs * (pairs + 1) * (2 * pairs + 1)) / 24)
  return { rank: Math.floor(mean - Z_975 * deviation + 0.5), confidence: 1 - ALPHA }
}
