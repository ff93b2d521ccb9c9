import type { ResultDocument, Verdict } from '../result/schema.ts'
import { formatValue } from './format-value.ts'
import { figureOf } from './rows.ts'
import { joined } from './sentence.ts'
import { isHigher, type ShownVerdicts } from './shown-verdicts.ts'
import { glued, transportLabel } from './text.ts'

type Side = 'a' | 'b'

const share = (ratio: number | null): string => glued(formatValue(ratio, 'ratio'))
const time = (ns: number | null): string => glued(formatValue(ns, 'ns'))
const count = (value: number | null): string => formatValue(value, 'count')

/**
 * `TCP lost no echo message and kept their order, but 3.9 % of them waited for an earlier one, 1 % of all for 43.1 ms or
 * longer; none of UDP’s did.` Only where an interval bears the difference out.
 */
export function waitingOf(document: ResultDocument, found: ShownVerdicts): string {
  const shown = workloadsOf(document).flatMap((workload) => found.on(workload, 'holBlockedRatio') ?? [])
  const sides = new Set(shown.map(({ outcome }) => outcome))
  // Both ways at once is more than a sentence can say.
  if (sides.size !== 1) return ''
  const [first] = shown as [Verdict, ...Verdict[]]
  const [slow, fast]: readonly [Side, Side] = first.outcome === 'a' ? ['b', 'a'] : ['a', 'b']
  const others = shown.every((verdict) => verdict[fast].value === 0)
    ? `none of ${found[fast]}’s did`
    : `of ${found[fast]}’s ${joined(shown.map((verdict) => share(verdict[fast].value)))}`
  const workloads = shown.map(({ workload }) => workload)
  return `${whoWaited(document, first[slow].transport, workloads)}; ${others}.`
}

/** `In these runs 3.9 % of TCP’s echo messages waited for an earlier one.` Counted, where no verdict shows a difference. */
export function unshownWaiting(document: ResultDocument): string {
  const shown = document.verdicts.filter(
    ({ metric, ci95, outcome }) => metric === 'holBlockedRatio' && ci95 !== null && /^[ab]$/.test(outcome),
  )
  const isShown = (transport: string, workload: string) =>
    shown.some(
      (verdict) =>
        verdict.workload === workload && [verdict.a.transport, verdict.b.transport].includes(transport),
    )
  return document.config.transports
    .flatMap((transport) => {
      const workloads = workloadsOf(document).filter(
        (workload) =>
          (figureOf(document, transport, workload, 'holBlockedRatio') ?? 0) > 0 &&
          !isShown(transport, workload),
      )
      return workloads.length > 0 ? [`In these runs ${whoWaited(document, transport, workloads)}.`] : []
    })
    .join(' ')
}

/** Bulk only in messages of one size: a long one waits for itself. */
function workloadsOf({ config }: ResultDocument): string[] {
  const sizes = new Set(config.transports.map((transport) => config.bulkSizeBytes[transport]))
  return sizes.size === 1 ? ['echo', 'bulk', 'chat'] : ['echo', 'chat']
}

/** Says of the workloads that are meant, and of no other, that nothing of them was lost. */
function whoWaited(document: ResultDocument, transport: string, workloads: readonly string[]): string {
  const name = transportLabel(transport)
  const blocked = (workload: string) => share(figureOf(document, transport, workload, 'holBlockedRatio'))
  const ofEach = (owner: string) =>
    joined(workloads.map((each, index) => `${blocked(each)} of ${index === 0 ? owner : 'its'} ${each}`))
  const [only = '', ...more] = workloads
  const isOne = more.length === 0
  const how = `waited for an earlier one${isOne ? blockedFor(document, transport, only) : ''}`
  if (!workloads.every((workload) => isFaultless(document, transport, workload))) {
    return `${ofEach(`${name}’s`)} messages ${how}`
  }
  const waited = isOne ? `${blocked(only)} of them` : `${ofEach('its')} messages`
  return `${name} lost no ${joined(workloads, 'or')} message and kept their order, but ${waited} ${how}`
}

const isFaultless = (document: ResultDocument, transport: string, workload: string): boolean =>
  figureOf(document, transport, workload, 'lossRatio') === 0 &&
  figureOf(document, transport, workload, 'reorderedRatio') === 0

function blockedFor(document: ResultDocument, transport: string, workload: string): string {
  const ns = figureOf(document, transport, workload, 'holBlockedP99Ns')
  return ns ? `, ${glued('1 %')} of all for ${time(ns)} or longer` : ''
}

/**
 * `1 % of TCP’s answers took 104 ms or longer, 62.8 ms over the median (UDP: 0.5 ms over its).` What the waiting did to the
 * answers of whoever’s messages waited, where an interval bears that out.
 */
export function lateAnswersOf(document: ResultDocument, found: ShownVerdicts): string {
  const tail = found.on('echo', 'rttP99Ns')
  if (!tail) return ''
  const [slow, fast]: readonly [Side, Side] = isHigher(tail) ? ['b', 'a'] : ['a', 'b']
  const over = (side: Side): number | null => {
    const { transport, value } = tail[side]
    const median = figureOf(document, transport, 'echo', 'rttP50Ns')
    return value === null || median === null ? null : value - median
  }
  const [ofSlow, ofFast] = [over(slow), over(fast)]
  const blocked = figureOf(document, tail[slow].transport, 'echo', 'holBlockedRatio')
  if (ofSlow === null || ofFast === null || !blocked) return ''
  const took = `${glued('1 %')} of ${found[slow]}’s answers took ${time(tail[slow].value)} or longer`
  return `${took}, ${time(ofSlow)} over the median (${found[fast]}: ${time(ofFast)} over its).`
}

/** `On the wire an echo message took 2.93 packets and 228 B over TCP, 2 and 184 B over UDP.` */
export function packetsOf(found: ShownVerdicts): string {
  const packets = found.on('echo', 'wirePacketsPerMessage')
  const bytes = found.on('echo', 'wireBytesPerMessage')
  if (!packets || !bytes) return ''
  const { a, b } = found
  const side = (key: 'a' | 'b', word: string) =>
    `${count(packets[key].value)}${word} and ${glued(formatValue(bytes[key].value, 'bytes'))}`
  return `On the wire an echo message took ${side('a', ' packets')} over ${a}, ${side('b', '')} over ${b}, both ways.`
}
