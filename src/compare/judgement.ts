import type { Verdict } from '../result/schema.ts'

/** What an estimate and its interval say of b against a. */
export type Judgement = Pick<Verdict, 'ratio' | 'difference' | 'ci95' | 'outcome' | 'reason'>

/** Of logarithms where the comparison is by ratio. */
interface Found {
  readonly estimate: number
  readonly interval: { readonly low: number; readonly high: number } | null
}

export function unknown(reason: string): Judgement {
  return { ratio: null, difference: null, ci95: null, outcome: 'unknown', reason }
}

/** `whyNone` says why there is no interval, where there is none. */
export function judge(
  comparison: 'ratio' | 'difference',
  better: 'lower' | 'higher',
  found: Found,
  whyNone: string,
): Judgement {
  const isRatio = comparison === 'ratio'
  const back = (value: number) => (isRatio ? Math.exp(value) : value)
  const estimate = back(found.estimate)
  const ends = found.interval && ([back(found.interval.low), back(found.interval.high)] as [number, number])
  const isRange = [estimate, ...(ends ?? [])].every((end) => Number.isFinite(end) && (!isRatio || end > 0))
  if (!isRange) return unknown('the values are too far apart to compare')
  const estimates = isRatio ? { ratio: estimate, difference: null } : { ratio: null, difference: estimate }
  if (ends === null) return { ...estimates, ci95: null, outcome: 'unknown', reason: whyNone }
  const [low, high] = ends
  const nothing = isRatio ? 1 : 0
  if (low <= nothing && nothing <= high) return { ...estimates, ci95: ends, outcome: 'none', reason: null }
  const bIsLower = high < nothing
  return { ...estimates, ci95: ends, outcome: bIsLower === (better === 'lower') ? 'b' : 'a', reason: null }
}
