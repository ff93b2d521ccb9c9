import type { ResultDocument, Verdict } from '../result/schema.ts'
import { formatValue } from './format-value.ts'
import { isOwnServer } from './header.ts'
import { otherHostShares, shownHostShares } from './host-shares.ts'
import { faultless, unshownLoss } from './losses.ts'
import { causeOf } from './missing.ts'
import { joined } from './sentence.ts'
import { isHigher, ShownVerdicts } from './shown-verdicts.ts'
import { GLUE, glued, transportLabel } from './text.ts'
import { times } from './verdict-words.ts'
import { lateAnswersOf, packetsOf, unshownWaiting, waitingOf } from './wire-closing.ts'

/** Counted blocks that an interval needs; one more warms up. */
const MIN_PAIRS = 6

/**
 * What the verdicts say, in sentences, and what is worth running next. That two differ is said only where an interval bears it
 * out; what was lost, or waited, is counted, and said of these runs also where none does.
 */
export function closingOf(document: ResultDocument): string {
  const next = nextStep(document)
  const isToldOfBlocks = next.includes('--blocks')
  const hint = isToldOfBlocks ? '' : ` (try ${command(moreBlocks(document.config.blocks))})`
  const counted = [
    unshownLoss(document, hint),
    otherHostShares(document, shownVerdicts(document)),
    unshownWaiting(document),
    faultless(document),
  ]
  const sentences = [...differences(document), ...counted, next]
  return sentences.filter((sentence) => sentence !== '').join(' ')
}

/** Sentences on speed, on faults and, in a lab, on the wire for each transport but the first, with what its verdicts bear out. */
function differences(document: ResultDocument): string[] {
  const [, ...others] = document.config.transports
  if (others.length === 0) return []
  const sentences = shownVerdicts(document).flatMap((found, index) => {
    const wire = [waitingOf(document, found), lateAnswersOf(document, found), packetsOf(found)]
    const hosts = shownHostShares(document, others[index] ?? '', found)
    const told = [speedOf(found), faultsOf(found), hosts, ...wire]
    return told.filter((sentence) => sentence !== '')
  })
  if (sentences.length > 0) return sentences
  return [noDifference(document)]
}

/** Of each transport against the first. */
function shownVerdicts(document: ResultDocument): ShownVerdicts[] {
  const [base = '', ...others] = document.config.transports
  return others.map((other) => new ShownVerdicts(document, base, other))
}

/** What the sentences cover, by the table's groups: CPU and the tool's own lateness are only in the table. */
const subjects: readonly (readonly [subject: string, metric: RegExp])[] = [
  ['ordering', /order/i],
  ['loss', /loss|duplicate/i],
  ['latency', /^(rtt|ipdv|delivery|forwardDelay|reverseDelay|interarrival)/],
  ['connection cost', /^(connect|firstReply|close)/],
  ['throughput', /^goodput/],
]

/** Names what it covers where something else does differ. */
function noDifference({ config, verdicts }: ResultDocument): string {
  const judged = verdicts.filter(({ outcome }) => outcome !== 'unknown')
  const isNone = ({ outcome }: Verdict) => outcome === 'none'
  const names = joined(config.transports.map(transportLabel))
  if (judged.every(isNone)) return judged.length > 0 ? `No difference between ${names} was shown.` : ''
  const same = subjects.flatMap(([subject, metric]) => {
    const found = judged.filter((each) => metric.test(each.metric))
    return found.length > 0 && found.every(isNone) ? [subject] : []
  })
  return same.length > 0 ? `No difference between ${names} in ${joined(same, 'or')} was shown.` : ''
}

const ratioText = (ratio: number): string => `${times([ratio])[0]}x`

/** `UDP answered sooner (0.86x) and took 0.59x of TCP’s time to a first reply; TCP moved 11.4x as much bulk data.` */
function speedOf(found: ShownVerdicts): string {
  const { a, b } = found
  const [ofA, ofB]: [string[], string[]] = [[], []]
  const time = (workload: string, metric: string, verb: string) => {
    const verdict = found.on(workload, metric)
    if (!verdict || verdict.ratio === null) return
    ofB.push(`${verb} ${isHigher(verdict) ? 'later' : 'sooner'} (${ratioText(verdict.ratio)})`)
  }
  time('echo', 'rttP50Ns', 'answered')
  const reply = found.on('connect', 'firstReplyP50Ns')
  if (reply && reply.ratio !== null) {
    ofB.push(`took ${ratioText(reply.ratio)} of ${a}’s time to a first reply`)
  }
  time('chat', 'deliveryP50Ns', 'delivered chat')
  const bulk = found.on('bulk', 'goodputBitsPerSec')
  if (bulk && bulk.ratio !== null) {
    const [side, ratio] = isHigher(bulk) ? [ofB, bulk.ratio] : [ofA, 1 / bulk.ratio]
    side.push(`moved ${ratioText(ratio)} as much bulk data`)
  }
  const parts = [...(ofB.length > 0 ? [`${b} ${joined(ofB)}`] : []), ...ofA.map((each) => `${a} ${each}`)]
  return parts.length > 0 ? `${parts.join('; ')}.` : ''
}

/** `UDP lost 2.75 % of echo and 2.91 % of bulk messages (TCP: 0 %).` */
function faultsOf(found: ShownVerdicts): string {
  const { a, b } = found
  const clause = (verb: string, metric: string, workloads: readonly string[], object: string) => {
    const shown = workloads.flatMap((workload) => found.on(workload, metric) ?? [])
    if (shown.length === 0) return []
    const share = (value: number | null) => glued(formatValue(value, 'ratio'))
    const ofB = shown.map((verdict) => `${share(verdict.b.value)} of ${verdict.workload}`)
    const ofA = new Set(shown.map((verdict) => share(verdict.a.value)))
    return [`${verb} ${joined(ofB)} ${object} (${a}:${GLUE}${joined([...ofA])})`]
  }
  const all = ['echo', 'bulk', 'chat']
  const clauses = [
    ...clause('lost', 'lossRatio', all, 'messages'),
    ...clause('duplicated', 'duplicateRatio', all, 'messages'),
    ...clause('reordered', 'reorderedRatio', all, 'messages'),
    ...clause('kept', 'orderAgreementRatio', ['chat'], 'message pairs in one order for all'),
  ]
  return clauses.length > 0 ? `${b} ${joined(clauses)}.` : ''
}

function tooLittle(document: ResultDocument): string {
  const { partial, config, summary } = document
  if (partial && causeOf(document) === 'failure') {
    return 'Too little ran before the failure to tell a difference from chance.'
  }
  if (config.blocks <= MIN_PAIRS) {
    const counted = summary.some(({ blocks }) => blocks > 0)
    const why = counted
      ? 'Too few counted blocks to tell a difference from chance'
      : 'The first block only warms up'
    return `${why}: run it with ${command('--blocks 10')}.`
  }
  return partial
    ? 'Too little ran before the interruption to tell a difference from chance: let it run to its end.'
    : ''
}

const moreBlocks = (blocks: number): string => `--blocks ${Math.max(20, 2 * blocks)}`

/** Stays on one line, and is told from the sentence around it. */
const command = (text: string): string => glued(`\`${text}\``)

function nextStep(document: ResultDocument): string {
  const { config, verdicts, host } = document
  const [only] = config.transports
  if (config.transports.length === 1) {
    if (config.answeredByHost?.includes(only ?? '')) {
      const [serve, dial] = [command('netcmp serve'), command(`--proto ${only},udp`)]
      return `To compare it with another, run ${serve} there and add ${dial} here.`
    }
    const pair = only === 'tcp' ? 'tcp,udp' : `tcp,${transportLabel(only ?? '').toLowerCase()}`
    return `To compare it with another, run it with ${command(`--proto ${pair}`)}.`
  }
  if (verdicts.every(({ ci95 }) => ci95 === null)) return tooLittle(document)
  if (verdicts.every(({ outcome }) => outcome === 'none' || outcome === 'unknown')) {
    return `More blocks show smaller differences: ${command(moreBlocks(config.blocks))}.`
  }
  if (isOwnServer(config)) {
    const [serve, dial] = [command('netcmp serve'), command('netcmp HOST')]
    const network = `to measure a network, run ${serve} on another and ${dial} here`
    const lab = host.platform === 'linux' ? `; to see what loss does, ${command('netcmp lab --loss 2%')}` : ''
    return `Both ends were on this host: ${network}${lab}.`
  }
  if (config.workloads.includes('echo') && config.ratePerSec !== 'max') {
    return `To see latency under load, add ${command('--workload echo --rate max')}.`
  }
  if (config.workloads.includes('bulk') && config.streams === 1) {
    return `To fill a longer path, add ${command('--workload bulk --streams 8')}.`
  }
  return `To see what larger messages cost, add ${command('--workload echo --size 1400')}.`
}
