import type { ResultDocument } from '../result/schema.ts'
import { formatValue } from './format-value.ts'
import { packetLosses } from './packet-losses.ts'
import { figureOf } from './rows.ts'
import { joined } from './sentence.ts'
import { glued, transportLabel } from './text.ts'

/** `UDP lost 8.54 % of bulk messages, in 3 of 9 blocks: too few to show a difference.` Empty where there is none. */
export function unshownLoss(document: ResultDocument, hint: string): string {
  const found = document.config.transports.flatMap((transport) =>
    ['echo', 'bulk', 'chat'].flatMap((workload) => lossOf(document, transport, workload) ?? []),
  )
  if (found.length === 0) return ''
  const isRare = found.every(({ isAlone }) => isAlone)
  const outcome = isRare ? `: too few to show a difference${hint}` : ''
  return `${found.map(({ text }) => text).join('; ')}${outcome}.`
}

/** A loss that no verdict shows as a difference; alone where the other sides lost nothing and an interval says so. */
function lossOf(
  document: ResultDocument,
  transport: string,
  workload: string,
): { text: string; isAlone: boolean } | undefined {
  const value = figureOf(document, transport, workload, 'lossRatio')
  if (value === null || value <= 0) return undefined
  const verdicts = document.verdicts.filter((each) => {
    const sides = [each.a.transport, each.b.transport]
    return each.workload === workload && each.metric === 'lossRatio' && sides.includes(transport)
  })
  const isUnshown = verdicts.every(({ outcome }) => outcome === 'none' || outcome === 'unknown')
  if (verdicts.length === 0 || !isUnshown) return undefined
  const counted = document.runs.filter(
    (run) => run.transport === transport && run.workload === workload && run.block >= 1 && run.error === null,
  )
  const lossyCount = counted.filter(({ metrics }) => (metrics.lossRatio ?? 0) > 0).length
  if (lossyCount === 0) return undefined
  const share = glued(formatValue(value, 'ratio'))
  const blocks = counted.length === 1 ? 'block' : 'blocks'
  return {
    text: `${transportLabel(transport)} lost ${share} of ${workload} messages, in ${lossyCount} of ${counted.length} ${blocks}`,
    isAlone:
      lossyCount < counted.length &&
      verdicts.every(({ a, b, outcome }) => outcome === 'none' && (a.value === 0 || b.value === 0)),
  }
}

/**
 * Said of the path where no run failed and no dial went unanswered, else of the workloads whose runs all succeeded: their
 * verdicts read 0 on both sides. Of messages: a link may have lost packets all the same, and what became of them follows.
 */
export function faultless(document: ResultDocument): string {
  const { runs, verdicts } = document
  const words = [
    ['lossRatio', 'lost'],
    ['reorderedRatio', 'reordered'],
    ['duplicateRatio', 'duplicated'],
  ] as const
  const failed = new Set(runs.filter(({ error }) => error !== null).map(({ workload }) => workload))
  const sound = verdicts.filter(({ workload }) => workload !== 'connect' && !failed.has(workload))
  const never = words.flatMap(([metric, word]) => {
    const found = sound.filter((each) => each.metric === metric)
    return found.length > 0 && found.every(({ a, b }) => a.value === 0 && b.value === 0) ? [word] : []
  })
  if (never.length === 0) return ''
  const workloads = ['echo', 'bulk', 'chat'].filter((each) => sound.some(({ workload }) => workload === each))
  if (workloads.length === 0) return ''
  const isAnyUnanswered = runs.some(
    ({ workload, block, metrics }) => workload === 'connect' && block > 0 && !!metrics.lossRatio,
  )
  const where = failed.size === 0 && !isAnyUnanswered ? 'on this path' : `in ${joined(workloads)}`
  const sentence = `No message was ${joined(never, 'or')} ${where}.`
  return never.includes('lost') ? [sentence, ...packetLosses(document, workloads)].join(' ') : sentence
}
