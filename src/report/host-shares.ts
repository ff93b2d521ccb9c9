import { countedLinks } from '../result/counted-runs.ts'
import type { ResultDocument } from '../result/schema.ts'
import { formatValue } from './format-value.ts'
import { figureOf } from './rows.ts'
import type { ShownVerdicts } from './shown-verdicts.ts'
import { glued, transportLabel } from './text.ts'

/** Those whose loss is told by who did it. */
const workloads = ['echo', 'bulk'] as const

type Workload = (typeof workloads)[number]

const share = (ratio: number | null): string => glued(formatValue(ratio, 'ratio'))

/** Of a transport whose loss a verdict shows: which part of it was no doing of the link. */
export function shownHostShares(document: ResultDocument, transport: string, found: ShownVerdicts): string {
  return workloads
    .filter((workload) => found.on(workload, 'lossRatio') !== undefined)
    .flatMap((workload) => hostShare(document, transport, workload))
    .join(' ')
}

/** The same of those that no verdict is on. */
export function otherHostShares(document: ResultDocument, shown: readonly ShownVerdicts[]): string {
  return document.config.transports
    .flatMap((transport) =>
      workloads
        .filter((workload) => !shown.some((each) => isOn(each, transport, workload)))
        .flatMap((workload) => hostShare(document, transport, workload)),
    )
    .join(' ')
}

const isOn = (found: ShownVerdicts, transport: string, workload: Workload): boolean =>
  found.b === transportLabel(transport) && found.on(workload, 'lossRatio') !== undefined

/**
 * `Of UDP’s bulk messages up to 28.6 % were lost in this computer, which cannot keep up at \`--rate max\` (\`--bulk-rate\` paces
 * them), and at least 1.55 % on the link: 2.01 % of those that came to it.` Only in a lab, whose hosts are one computer.
 */
function hostShare(document: ResultDocument, transport: string, workload: Workload): string[] {
  const ofHosts = figureOf(document, transport, workload, 'hostLossRatio')
  if (document.link === undefined || !ofHosts) return []
  const ofPath = figureOf(document, transport, workload, 'pathLossRatio')
  const onLink = ofPath
    ? `, and at least ${share(ofPath)} on the link${ofThoseThatCame(document, transport, workload, ofPath)}`
    : ''
  const here = `up to ${share(ofHosts)} were lost in this computer, ${whyHere(document, workload)}`
  return [`Of ${transportLabel(transport)}’s ${workload} messages ${here}${onLink}.`]
}

function whyHere({ config }: ResultDocument, workload: Workload): string {
  if (workload === 'echo') return `which was too slow for so many (lower ${glued('`--rate`')})`
  return config.bulkRatePerSec === 'max'
    ? `which cannot keep up at ${glued('`--rate max`')} (${glued('`--bulk-rate`')} paces them)`
    : `which was too slow for so many (lower ${glued('`--bulk-rate`')})`
}

/** Another share than that of all sent, where some never came to the link. An answer is a message of its own there. */
function ofThoseThatCame(
  document: ResultDocument,
  transport: string,
  workload: Workload,
  ofPath: number,
): string {
  if (workload === 'echo') return ''
  const ways = countedLinks(document.runs, transport, workload).flatMap(({ up, down }) => [up, down])
  let [came, lost] = [0, 0]
  for (const { messageCount, lostMessageCount } of ways) {
    if (typeof messageCount !== 'number' || typeof lostMessageCount !== 'number') return ''
    came += messageCount
    lost += lostMessageCount
  }
  const text = share(came > 0 ? lost / came : null)
  return came === 0 || text === share(ofPath) ? '' : `: ${text} of those that came to it`
}
