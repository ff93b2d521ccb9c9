import { type MetricId, metricOf } from '../../measure/metrics.ts'
import type { Verdict } from '../../result/schema.ts'
import type { SweepDocument } from '../../result/sweep-schema.ts'
import { parameterNames } from '../parameter-words.ts'
import { joined } from '../sentence.ts'
import { glued, transportLabel } from '../text.ts'
import { points, times } from '../verdict-words.ts'
import { type Figure, figuresOf, verdictAt } from './grid.ts'

/** What the verdicts say, cell by cell taken together: a sentence for each figure and transport but the first. */
export function sweepClosing(document: SweepDocument): string {
  const [base, ...others] = document.config.transports
  if (base === undefined || others.length === 0) return ''
  const sentences = figuresOf(document).flatMap((figure) =>
    others.map((other) => sentenceOf(document, figure, base, other)),
  )
  const told = sentences.filter((sentence) => sentence !== '')
  if (told.length > 0) return told.join(' ')
  return document.partial
    ? `Too little was run to tell a difference from chance: go on with ${glued('`--resume FILE`')}.`
    : `No cell has enough blocks to tell a difference from chance: run it with ${glued('`--blocks 10`')}.`
}

/** `UDP’s median round trip was shorter than TCP’s at 3 of 11 sizes (0.81x to 0.93x); at 8 no difference was shown.` */
function sentenceOf(document: SweepDocument, figure: Figure, base: string, other: string): string {
  const { cells, parameters } = document
  const verdicts = cells.flatMap((cell) => verdictAt(cell, base, other, figure) ?? [])
  const judged = verdicts.filter(({ outcome }) => outcome !== 'unknown')
  if (judged.length === 0) return ''
  const [a, b] = [transportLabel(base), transportLabel(other)]
  const what = nameOf(figure, document.config.workloads.length > 1)
  const [only, ...more] = parameters
  const places = only !== undefined && more.length === 0 ? parameterNames(only.id) : 'cells'
  const preposition = places === 'cells' ? 'in' : 'at'
  const among = (those: readonly Verdict[]) =>
    `${preposition} ${those.length === cells.length ? 'all' : `${those.length} of`} ${cells.length} ${places}`
  const none = judged.filter(({ outcome }) => outcome === 'none')
  const shown = judged.filter(({ outcome }) => outcome !== 'none')
  if (shown.length === 0) {
    const where =
      none.length === cells.length ? `${preposition} any of ${cells.length} ${places}` : among(none)
    return `No difference between ${a} and ${b} in ${what} was shown ${where}.`
  }
  const [lower, higher] = metricOf(figure.metric).unit === 'ns' ? ['shorter', 'longer'] : ['lower', 'higher']
  const clauses = [
    { word: lower, those: shown.filter(isLower) },
    { word: higher, those: shown.filter((each) => !isLower(each)) },
  ]
    .filter(({ those }) => those.length > 0)
    .map(({ word, those }, index) =>
      index === 0
        ? `${word} than ${a}’s ${among(those)} ${range(those)}`
        : `${word} ${preposition} ${those.length} ${range(those)}`,
    )
  const rest = none.length > 0 ? `; ${preposition} ${none.length} no difference was shown` : ''
  return `${b}’s ${what} was ${joined(clauses)}${rest}.`
}

/** Of b, seen from a. */
const isLower = ({ outcome, better }: Verdict) => (outcome === 'b') === (better === 'lower')

/** `(0.81x to 0.93x)`: the smallest and the largest estimate. */
function range(verdicts: readonly Verdict[]): string {
  const estimates = verdicts
    .flatMap(({ ratio, difference }) => ratio ?? difference ?? [])
    .sort((x, y) => x - y)
  const ends = [...new Set([estimates[0] ?? 0, estimates.at(-1) ?? 0])]
  const isRatio = verdicts.every(({ ratio }) => ratio !== null)
  const texts = isRatio ? times(ends).map((text) => `${text}x`) : ends.map((end) => `${points([end])[0]} %`)
  return `(${[...new Set(texts)].join(' to ')})`
}

/** Figures with a plain name. */
const names: Partial<Record<MetricId, string>> = {
  rttP50Ns: 'median round trip',
  rttP99Ns: '99 % round trip',
  lossRatio: 'loss',
  reorderedRatio: 'reordering',
  goodputBitsPerSec: 'goodput',
  transferNs: 'time for all',
  connectP50Ns: 'time to connect',
  firstReplyP50Ns: 'time to a first reply',
  deliveryP50Ns: 'chat delivery',
}

function nameOf({ metric, workload }: Figure, isOneOfSeveral: boolean): string {
  const name = names[metric] ?? metric
  return isOneOfSeveral ? `${name} (${workload})` : name
}
