import type { Change, DiffDocument } from '../../result/diff.ts'
import { times } from '../verdict-words.ts'

/** More regressions than this are counted, not named. */
const NAMED = 12

/** One tail of a 95 % interval. */
const BY_CHANCE = 0.025

/** What a reader takes away from two results: how much changed, and what got worse. */
export function diffClosing({ changes, threshold }: DiffDocument): string {
  const judged = changes.filter(({ outcome }) => outcome !== 'unknown')
  if (judged.length === 0) return 'No figure could be judged.'
  const count = (wanted: Change['outcome']) => judged.filter(({ outcome }) => outcome === wanted).length
  const sentences = [
    `Of ${judged.length} figures B has ${count('a')} worse and ${count('b')} better; ${count('none')} show no difference.`,
  ]
  const regressions = changes.filter(({ regression }) => regression)
  const past = threshold === 0 ? '' : ` by more than ${Number((threshold * 100).toPrecision(3))} %`
  if (regressions.length > 0) sentences.push(`Worse${past}: ${listed(regressions)}.`)
  else if (threshold > 0) sentences.push(`None is worse${past}.`)
  const chance = Math.round(judged.length * BY_CHANCE)
  if (chance > 0) {
    sentences.push(`Of so many, about ${chance} would read worse though nothing had changed.`)
  }
  return sentences.join(' ')
}

function listed(regressions: readonly Change[]): string {
  const names = regressions.slice(0, NAMED).map((change) => {
    const { transport, workload, metric, ratio } = change
    return `${transport}.${workload}.${metric}${ratio === null ? '' : ` (${times([ratio])[0]}x)`}`
  })
  const more = regressions.length - names.length
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
