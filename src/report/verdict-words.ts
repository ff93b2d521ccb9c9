import { isMetricId, type Metric, metricOf } from '../measure/metrics.ts'
import type { Verdict } from '../result/schema.ts'
import { threeDigits } from './format-value.ts'

/** What of a verdict is put into words. */
type Judged = Pick<Verdict, 'metric' | 'better' | 'ratio' | 'difference' | 'ci95' | 'outcome'>

export interface VerdictWords {
  /** `0.86x (0.84 to 0.88)`, or what stands instead. */
  readonly figures: string
  /** Which way, in the reader's terms: `sooner`; empty where no way is shown. */
  readonly direction: string
  readonly tone: 'better' | 'worse' | 'none'
}

/** What a verdict says of b, seen from a. */
export function verdictWords(verdict: Judged): VerdictWords {
  if (verdict.outcome === 'none') return { figures: 'no difference shown', direction: '', tone: 'none' }
  const figures = figuresOf(verdict)
  if (verdict.outcome === 'unknown' || figures === undefined) {
    return { figures: estimateOf(verdict) ?? 'not compared', direction: '', tone: 'none' }
  }
  const bIsLower = (verdict.outcome === 'b') === (verdict.better === 'lower')
  const [lower, higher] = directions(verdict.metric)
  return {
    figures,
    direction: bIsLower ? lower : higher,
    tone: verdict.outcome === 'b' ? 'better' : 'worse',
  }
}

/** On one line: `0.86x (0.84 to 0.88)  sooner`. */
export function verdictLine({ figures, direction }: VerdictWords): string {
  return direction === '' ? figures : `${figures}  ${direction}`
}

function figuresOf({ ratio, difference, ci95 }: Judged): string | undefined {
  if (ci95 === null) return undefined
  if (ratio !== null) {
    const [estimate, low, high] = times([ratio, ...ci95])
    return `${estimate}x (${low} to ${high})`
  }
  if (difference !== null) {
    const [estimate, low, high] = points([difference, ...ci95])
    return `${estimate} % (${low} to ${high})`
  }
  return undefined
}

function estimateOf({ ratio, difference }: Judged): string | undefined {
  if (ratio !== null) return `${times([ratio])[0]}x (no interval)`
  if (difference !== null) return `${points([difference])[0]} % (no interval)`
  return undefined
}

/** Ratios with as many decimals as it takes for none to read as 1 and, up to three, for no two to read alike. */
export function times(ratios: readonly number[]): string[] {
  return legible(ratios, 1, [2, 3], factor)
}

/** At least two significant digits, and no more decimals than the size deserves. */
function factor(ratio: number, places: number): string {
  if (ratio >= 99.95 || ratio < 1e-4) return threeDigits(ratio)
  if (ratio >= 9.995) return ratio.toFixed(1)
  if (ratio < 0.0995) return ratio.toFixed(places - 1 - Math.floor(Math.log10(ratio)))
  return ratio.toFixed(places)
}

/** Shares in percentage points, likewise with 0 for 1; the first has its sign. */
export function points(shares: readonly number[]): string[] {
  const percents = shares.map((share) => share * 100)
  const [first = '', ...rest] = legible(percents, 0, [1, 2], point)
  return [Number(first) > 0 ? `+${first}` : first, ...rest]
}

function point(percent: number, places: number): string {
  const size = Math.abs(percent)
  return size !== 0 && (size >= 1000 || size < 1e-4) ? threeDigits(percent) : percent.toFixed(places)
}

/** The shortest form of `choices` in which values that differ look so and none but `special` reads as `special`. */
function legible(
  values: readonly number[],
  special: number,
  choices: readonly number[],
  format: (value: number, places: number) => string,
): string[] {
  const different = new Set(values).size
  const candidates = [...choices, 4, 5].map((places) => {
    const texts = values.map((value) => format(value, places))
    const isTrue = texts.every((text, index) => Number(text) !== special || values[index] === special)
    return { texts, isTrue, isApart: new Set(texts).size === different }
  })
  const nice = candidates.slice(0, choices.length).find(({ isTrue, isApart }) => isTrue && isApart)
  const chosen =
    nice ?? candidates.slice(choices.length - 1).find(({ isTrue }) => isTrue) ?? candidates.at(-1)
  return chosen?.texts ?? []
}

/** The words for less and for more of a metric. */
function directions(id: string): readonly [lower: string, higher: string] {
  if (!isMetricId(id)) return ['less', 'more']
  const metric: Metric = metricOf(id)
  if (id.startsWith('ipdv') || id === 'interarrivalJitterNs') return ['less', 'more']
  if (id === 'cpuNsPerMessage') return ['cheaper', 'dearer']
  if (metric.unit === 'ns') return ['sooner', 'later']
  if (metric.unit === 'perSec') return ['fewer', 'more']
  return ['less', 'more']
}
