import { exactCut, normalCut, type RankCut } from './rank-cut.ts'

/** Up to this product of the sample sizes the null distribution is counted exactly, in a tenth of a second at most. */
const EXACT_UP_TO = 10_000

const cuts = new Map<string, RankCut | null>()

/**
 * Where the two-sided 5 % rank-sum test of Wilcoxon, Mann and Whitney cuts the differences of two samples; null where
 * they are too small for an interval: 4 and 4 are enough, 3 and 3 are not.
 */
export function rankSumCut(ofA: number, ofB: number): RankCut | null {
  const [few, many] = ofA < ofB ? [ofA, ofB] : [ofB, ofA]
  if (few === 0) return null
  const key = `${few} ${many}`
  const known = cuts.get(key)
  if (known !== undefined) return known
  const cut = few * many <= EXACT_UP_TO ? exactCut(distribution(few, many)) : approximateCut(few, many)
  cuts.set(key, cut)
  return cut
}

/**
 * The probability of each value of U, up to its middle. The largest of all values is as likely as any other to be from
 * either sample: from the few it exceeds all of the many, and without it the samples are smaller by one.
 */
function distribution(few: number, many: number): Float64Array {
  const half = Math.floor((few * many) / 2)
  const certain = () => Float64Array.from({ length: half + 1 }, (_, u) => (u === 0 ? 1 : 0))
  /** By how many of the few; of the many there are none at first. */
  const probability = Array.from({ length: few + 1 }, certain)
  for (let j = 1; j <= many; j++) {
    for (let i = 1; i <= few; i++) {
      const without = probability[i - 1] as Float64Array
      const here = probability[i] as Float64Array
      for (let u = half; u >= 0; u--) {
        const fromFew = u >= j ? (without[u - j] ?? 0) : 0
        here[u] = (i * fromFew + j * (here[u] ?? 0)) / (i + j)
      }
    }
  }
  return probability[few] as Float64Array
}

function approximateCut(few: number, many: number): RankCut {
  return normalCut((few * many) / 2, Math.sqrt((few * many * (few + many + 1)) / 12))
}
