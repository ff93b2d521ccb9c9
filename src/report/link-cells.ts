import { countedLinks } from '../result/counted-runs.ts'
import type { Way } from '../result/link-account.ts'
import type { LinkAccount, ResultDocument } from '../result/schema.ts'
import type { CellGroup, CellLine } from './cell-shapes.ts'
import { formatValue } from './format-value.ts'
import type { Notes } from './notes.ts'
import { isMeasured } from './rows.ts'

const ways: readonly Way[] = ['up', 'down']

/** What became of packets, in the order in which they meet it. */
const fates = [
  ['packets dropped', 'droppedCount'],
  ['packets lost', 'lostCount'],
  ['lost in bursts', 'burstLostCount'],
  ['doubled', 'duplicateCount'],
  ['corrupted', 'corruptCount'],
  ['queue full', 'queueFullCount'],
  ['under way at the end', 'underWayCount'],
  ['overtaking', 'reorderedCount'],
] as const

type Count =
  | (typeof fates)[number][1]
  | 'packetCount'
  | 'messageCount'
  | 'lostMessageCount'
  | 'underWayMessageCount'

/**
 * What the link of a lab did to packets, by its own count over all counted blocks: only what happened, or was to happen, of
 * how many; and of the messages how many never reached the far host by its doing.
 */
export function linkGroups(document: ResultDocument, notes: Notes): CellGroup[] {
  return document.config.workloads
    .filter((workload) => isMeasured(document, workload))
    .map((workload) => {
      const accounts = document.config.transports.map((transport) =>
        countedLinks(document.runs, transport, workload),
      )
      const lines = ways.flatMap((way) => {
        const ofMessages = messageLines(document, accounts, way, workload, notes)
        const ofFates = fates.flatMap(([label, count]) => {
          const isAsked = count === 'reorderedCount' && (document.link?.[way].reorderRatio ?? 0) > 0
          return packetLine(accounts, way, label, count, isAsked)
        })
        const did = [...ofMessages, ...ofFates]
        return did.length > 0 ? [...packetLine(accounts, way, 'packets', 'packetCount'), ...did] : []
      })
      return { title: `THE LINK (${workload})`, lines }
    })
    .filter(({ lines }) => lines.length > 0)
}

/** Null where one of the runs does not tell, and where there is none. */
function sumOf(accounts: readonly LinkAccount[], way: Way, count: Count): number | null {
  const counts = accounts.map((account) => account[way][count] ?? null)
  if (counts.length === 0 || counts.includes(null)) return null
  return counts.reduce<number>((sum, each) => sum + (each ?? 0), 0)
}

/** To be held against what the comparison itself has lost. */
function messageLines(
  { config }: ResultDocument,
  sides: readonly (readonly LinkAccount[])[],
  way: Way,
  workload: string,
  notes: Notes,
): CellLine[] {
  const lost = sides.map((accounts) => sumOf(accounts, way, 'lostMessageCount'))
  const underWay = sides.map((accounts) => sumOf(accounts, way, 'underWayMessageCount'))
  if (![...lost, ...underWay].some(isSome)) return []
  for (const [index, transport] of config.transports.entries()) {
    if (sides[index]?.length === 0 || lost[index] !== null) continue
    const subject = `messages on the link, ${workload}`
    notes.missing(transport, { subject, why: 'the link could not log enough of its packets' })
  }
  const cells = (counts: readonly (number | null)[]) =>
    counts.map((each, index) => (sides[index]?.length === 0 ? '' : formatValue(each, 'count')))
  const all = sides.map((accounts) => sumOf(accounts, way, 'messageCount'))
  return [
    { label: `messages, ${way}`, values: cells(all), verdicts: [] },
    { label: '  lost', values: cells(lost), verdicts: [] },
    ...(underWay.some(isSome)
      ? [{ label: '  under way at the end', values: cells(underWay), verdicts: [] }]
      : []),
  ]
}

const isSome = (count: number | null): boolean => count !== null && count > 0

function packetLine(
  sides: readonly (readonly LinkAccount[])[],
  way: Way,
  label: string,
  count: Count,
  /** Said where it never happened, too. */
  isAsked = false,
): CellLine[] {
  const sums = sides.map((accounts) => sumOf(accounts, way, count))
  if (!sums.some((each) => isSome(each) || (isAsked && each !== null))) return []
  const values = sums.map((each) => (each === null ? '' : formatValue(each, 'count')))
  return [{ label: `${label}, ${way}`, values, verdicts: [] }]
}
