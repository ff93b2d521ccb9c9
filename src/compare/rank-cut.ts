const ALPHA = 0.05
const Z_975 = 1.959_963_984_540_054

/** Where a rank test of 5 %, both tails together, cuts the ordered estimates that it stands on. */
export interface RankCut {
  /** The interval runs from the rank-th smallest to the rank-th largest estimate. */
  readonly rank: number
  /** What that interval covers in truth, at least 0.95 where counted exactly. */
  readonly confidence: number
}

/** From the probability of each value of the statistic, 0 upwards, to its middle at least; null where 5 % cut nothing. */
export function exactCut(probability: Float64Array): RankCut | null {
  let tail = 0
  let rank = 0
  for (const each of probability) {
    if (2 * (tail + each) > ALPHA) break
    tail += each
    rank++
  }
  return rank === 0 ? null : { rank, confidence: 1 - 2 * tail }
}

/** The normal approximation: an interval wider by a rank than the exact one, or equal to it. */
export function normalCut(mean: number, deviation: number): RankCut {
  return { rank: Math.floor(mean - Z_975 * deviation + 0.5), confidence: 1 - ALPHA }
}
