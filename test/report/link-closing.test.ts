import { expect, it } from 'vitest'
import { verdictsOf } from '../../src/compare/verdicts.ts'
import { LinkTally } from '../../src/lab/link-counts.ts'
import { closingOf } from '../../src/report/closing.ts'
import type { LinkAccount, Metrics, ResultDocument, Run } from '../../src/result/schema.ts'
import { labResult } from './lab-sample.ts'
import { sampleResult } from './sample-result.ts'

const closing = (document: ResultDocument) => closingOf(document).replaceAll('\u00A0', ' ')

const none = new LinkTally().take()
const silent: LinkAccount['up'] = { ...none, messageCount: 0, lostMessageCount: 0 }

type Counts = Partial<LinkAccount['up']>

/** Echo in a lab that lost no message, where the link did this to packets in the first counted block, and nothing in others. */
function harmless(up: Record<string, Counts>, metrics: Record<string, Metrics> = {}): ResultDocument {
  const { link } = labResult(['echo'])
  if (!link) throw new Error('a lab has a link')
  const document = sampleResult({ workloads: ['echo'] })
  const runs = document.runs.map((run): Run => {
    const did = run.block === 1 ? up[run.transport] : {}
    return { ...run, link: { up: { ...silent, ...did }, down: silent } }
  })
  const summary = document.summary.map((each) => ({
    ...each,
    metrics: { ...each.metrics, ...metrics[each.transport] },
  }))
  return { ...document, link, runs, summary }
}

const CLEAR = 'No message was lost, reordered or duplicated on this path.'

// Break when "nothing was lost" stands beside packets that the link did lose.
it.each([
  [
    { tcp: { droppedCount: 1 } },
    { tcp: { retransmitCount: 2 } },
    'Of TCP’s packets the link lost 1, and TCP sent 2 again.',
  ],
  [
    { tcp: { droppedCount: 1, corruptCount: 1 }, udp: { lostCount: 1 } },
    { tcp: { retransmitCount: 0 } },
    'Of TCP’s packets the link lost 2, and TCP sent none again; of UDP’s 1, and no message with it.',
  ],
  [
    { udp: { queueFullCount: 3, burstLostCount: 1 } },
    {},
    'Of UDP’s packets the link lost 4, and no message with them.',
  ],
  // What it does not tell is not said.
  [{ udp: { lostCount: 1, lostMessageCount: null } }, {}, 'Of UDP’s packets the link lost 1.'],
])('where the link lost packets and no message, it says what became of them: %j', (up, metrics, sentence) => {
  expect(closing(harmless(up, metrics))).toContain(`${CLEAR} ${sentence} `)
})

it('where the link lost nothing, nothing is said of packets', () => {
  expect(closing(harmless({}))).toContain(`${CLEAR} `)
  expect(closing(harmless({ tcp: { packetCount: 9, duplicateCount: 3 } }))).not.toContain('packets the link')
})

/** Bulk of which UDP lost 30.1 %, most of it in hosts: of 1000 in each block 775 came to the link, and 15.5 were lost there. */
function drowned(change: (document: ResultDocument) => ResultDocument = (each) => each): ResultDocument {
  const document = labResult(['bulk'])
  const figures = { lossRatio: 0.301, hostLossRatio: 0.286, pathLossRatio: 0.0155, reorderedRatio: 0 }
  const runs = document.runs.map((run): Run => {
    if (run.transport !== 'udp') return run
    const up = { ...silent, packetCount: 790, messageCount: 775, lostMessageCount: run.block % 2 ? 15 : 16 }
    return { ...run, metrics: { ...run.metrics, ...figures }, link: { up, down: silent } }
  })
  const summary = document.summary.map((each) =>
    each.transport === 'udp' ? { ...each, metrics: { ...each.metrics, ...figures } } : each,
  )
  return change({ ...document, runs, summary, verdicts: verdictsOf(['tcp', 'udp'], runs, summary) })
}

const HERE = 'Of UDP’s bulk messages up to 28.6 % were lost in this computer, which'
const LINK = 'and at least 1.55 % on the link: 1.99 % of those that came to it.'

// Break when the link is blamed for what this computer dropped: a reader who asked for 2 % sees 30.
it('what this computer lost is told from what the link did, behind the loss that a verdict shows', () => {
  expect(closing(drowned())).toContain(
    `UDP lost 30.1 % of bulk messages (TCP: 0 %). ${HERE} cannot keep up at \`--rate max\` (\`--bulk-rate\` paces them), ${LINK} `,
  )
})

it('it is told once, and where too few blocks show the loss, too', () => {
  const few = drowned((document) => ({
    ...document,
    verdicts: document.verdicts.map((each) => ({ ...each, ci95: null, outcome: 'unknown' as const })),
  }))
  for (const text of [closing(drowned()), closing(few)]) expect(text.split(HERE)).toHaveLength(2)
  expect(closing(few)).toMatch(
    /UDP lost 30\.1 % of bulk messages, in 9 of 9 blocks\. Of UDP’s bulk messages up to /,
  )
})

it('paced bulk was too much for this computer all the same; elsewhere than in a lab hosts are not one computer', () => {
  const paced = drowned((each) => ({ ...each, config: { ...each.config, bulkRatePerSec: 50_000 } }))
  expect(closing(paced)).toContain(`${HERE} was too slow for so many (lower \`--bulk-rate\`), ${LINK}`)
  const elsewhere = drowned(({ link: _, ...each }) => each)
  expect(closing(elsewhere)).not.toContain('in this computer')
})
