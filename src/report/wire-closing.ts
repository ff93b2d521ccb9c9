import type { ResultDocument, Verdict } from '../result/schema.ts'
import { formatValue } from './format-value.ts'
import { figureOf } from './rows.ts'
import { joined } from './sentence.ts'
import { isHigher, type ShownVerdicts } from './shown-verdicts.ts'
import { glued } from './text.ts'

type Side = 'a' | 'b'

const share = (ratio: number | null): string => glued(formatValue(ratio, 'ratio'))
const time = (ns: number | null): string => glued(formatValue(ns, 'ns'))
const count = (value: number | null): string => formatValue(value, 'count')

/**
 * `TCP lost nothing and kept the order, but 3.9 % of its echo messages waited for an earlier one, 1 % of all for 43.1 ms
 * or longer; none of UDP’s did. 1 % of TCP’s answers took 104 ms or longer, 62.8 ms over the median (UDP: 0.5 ms over its).`
 */
export function waitingOf(document: ResultDocument, found: ShownVerdicts): string {
  const shown = workloadsOf(document).flatMap((workload) => found.on(workload, 'holBlockedRatio') ?? [])
  const sides = new Set(shown.map(({ outcome }) => outcome))
  // Both ways at once is more than a sentence can say.
  if (sides.size !== 1) return ''
  const [first] = shown as [Verdict, ...Verdict[]]
  const [slow, fast]: readonly [Side, Side] = first.outcome === 'a' ? ['b', 'a'] : ['a', 'b']
  const [name, other] = [found[slow], found[fast]]
  const waited = joined(shown.map((verdict) => `${share(verdict[slow].value)} of its ${verdict.workload}`))
  const others = shown.every((verdict) => verdict[fast].value === 0)
    ? `none of ${other}’s did`
    : `of ${other}’s ${joined(shown.map((verdict) => share(verdict[fast].value)))}`
  const { transport } = first[slow]
  const virtue = shown.every(({ workload }) => isFaultless(document, transport, workload))
    ? 'lost nothing and kept the order, but '
    : 'had '
  const how = virtue === 'had ' ? 'wait' : 'waited'
  const blocked = shown.length === 1 ? blockedFor(document, transport, first.workload) : ''
  const sentence = `${name} ${virtue}${waited} messages ${how} for an earlier one${blocked}; ${others}.`
  return [sentence, tailOf(document, found, [slow, fast])].filter((each) => each !== '').join(' ')
}

/** Bulk only in messages of one size: a long one waits for itself. */
function workloadsOf({ config }: ResultDocument): string[] {
  const sizes = new Set(config.transports.map((transport) => config.bulkSizeBytes[transport]))
  return sizes.size === 1 ? ['echo', 'bulk', 'chat'] : ['echo', 'chat']
}

const isFaultless = (document: ResultDocument, transport: string, workload: string): boolean =>
  figureOf(document, transport, workload, 'lossRatio') === 0 &&
  figureOf(document, transport, workload, 'reorderedRatio') === 0

function blockedFor(document: ResultDocument, transport: string, workload: string): string {
  const ns = figureOf(document, transport, workload, 'holBlockedP99Ns')
  return ns ? `, ${glued('1 %')} of all for ${time(ns)} or longer` : ''
}

/** What the waiting did to the answers, where that shows. */
function tailOf(document: ResultDocument, found: ShownVerdicts, [slow, fast]: readonly Side[]): string {
  const tail = found.on('echo', 'rttP99Ns')
  if (!tail || slow === undefined || fast === undefined || isHigher(tail) !== (slow === 'b')) return ''
  const over = (side: Side): number | null => {
    const { transport, value } = tail[side]
    const median = figureOf(document, transport, 'echo', 'rttP50Ns')
    return value === null || median === null ? null : value - median
  }
  const [ofSlow, ofFast] = [over(slow), over(fast)]
  if (ofSlow === null || ofFast === null) return ''
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
