import { expect, it } from 'vitest'
import { LinkTally } from '../../src/lab/link-counts.ts'
import { cellsOf } from '../../src/report/cells.ts'
import type { LinkAccount, ResultDocument } from '../../src/result/schema.ts'
import { labResult } from './lab-sample.ts'

const none = new LinkTally().take()

type Counts = Partial<LinkAccount['up']>

/** Bulk in a lab, where the link did the same in each of nine counted blocks. */
function withLink(link: {
  tcp?: { up?: Counts; down?: Counts }
  udp?: { up?: Counts; down?: Counts }
}): ResultDocument {
  const document = labResult(['bulk'])
  const runs = document.runs.map(({ link: _, ...run }) => {
    const told = link[run.transport as 'tcp' | 'udp']
    if (told === undefined) return run
    const unknown = { messageCount: null, lostMessageCount: null }
    const account = { up: { ...none, ...unknown, ...told.up }, down: { ...none, ...unknown, ...told.down } }
    // The warm-up does not count.
    return { ...run, link: run.block === 0 ? { ...account, up: { ...none, queueFullCount: 77 } } : account }
  })
  return { ...document, runs }
}

function linesOf(document: ResultDocument): Record<string, readonly string[]> {
  const { groups } = cellsOf(document)
  const lines = groups.find(({ title }) => title === 'THE LINK (bulk)')?.lines ?? []
  return Object.fromEntries(lines.map(({ label, values }) => [label, values]))
}

it('says what became of packets, each way, over all counted blocks; nothing of what did not happen', () => {
  const up = { packetCount: 120, queueFullCount: 9, messageCount: 100, lostMessageCount: 8 }
  const document = withLink({
    tcp: { up: { ...none, packetCount: 12, messageCount: 10, lostMessageCount: 0 } },
    udp: { up, down: { packetCount: 7 } },
  })
  const { runs } = document
  const blocks = runs.filter(({ transport, block }) => transport === 'udp' && block > 0).length
  expect(linesOf(document)).toEqual({
    'packets, up': [String(12 * blocks), '1,080'],
    'messages, up': [String(10 * blocks), String(100 * blocks)],
    '  lost': ['0', String(8 * blocks)],
    'queue full, up': ['0', String(9 * blocks)],
  })
})

it('messages that were under way at the end are not among the lost', () => {
  const up = { messageCount: 100, lostMessageCount: 0, underWayMessageCount: 2, underWayCount: 3 }
  const document = withLink({ tcp: {}, udp: { up } })
  const blocks = document.runs.filter(({ transport, block }) => transport === 'udp' && block > 0).length
  expect(linesOf(document)).toEqual({
    'messages, up': ['-', String(100 * blocks)],
    '  lost': ['-', '0'],
    '  under way at the end': ['-', String(2 * blocks)],
    'under way at the end, up': ['0', String(3 * blocks)],
  })
})

it('names every fate, and each way', () => {
  const { byteCount: _, deliveredCount: _delivered, ...fates } = none
  const all = Object.fromEntries(Object.keys(fates).map((key) => [key, 1]))
  const labels = [
    'packets',
    'packets dropped',
    'packets lost',
    'lost in bursts',
    'doubled',
    'corrupted',
    'queue full',
    'under way at the end',
    'overtaking',
  ]
  expect(Object.keys(linesOf(withLink({ udp: { up: all, down: all } })))).toEqual(
    ['up', 'down'].flatMap((way) => labels.map((label) => `${label}, ${way}`)),
  )
})

it('says of overtaking that there was none, where it was asked for', () => {
  const document = withLink({ udp: { up: { packetCount: 60 }, down: { packetCount: 50 } } })
  const { link } = document
  if (!link) throw new Error('a lab has a link')
  const asked = { ...document, link: { ...link, down: { ...link.down, reorderRatio: 1 } } }
  expect(linesOf(asked)).toEqual({ 'packets, down': ['', '450'], 'overtaking, down': ['', '0'] })
})

it('a log that does not tell has no count of messages, and a note', () => {
  const document = withLink({
    tcp: { up: { lostCount: 4 } },
    udp: { up: { lostCount: 1, messageCount: 5, lostMessageCount: 1 } },
  })
  expect(linesOf(document)['  lost']?.[0]).toBe('-')
  expect(cellsOf(document).notes).toContain(
    '- messages on the link, bulk (TCP): the link could not log enough of its packets',
  )
})

it('where nothing happened, and elsewhere than in a lab, there is no such group', () => {
  expect(linesOf(withLink({ tcp: {}, udp: {} }))).toEqual({})
  expect(linesOf(withLink({}))).toEqual({})
})

it('what a dial took on the wire stands with the rest, and a note says why a figure is missing', () => {
  const { groups } = cellsOf(labResult())
  const dial = groups.find(({ title }) => title === 'ON THE WIRE (connect)')
  expect(dial?.lines.map(({ label, values }) => [label, ...values])).toEqual([
    ['packets/message', '11.2', '2.10'],
    ['bytes/message', '812 B', '190 B'],
  ])
  const document = labResult(['bulk'])
  const bulkSizeBytes = { tcp: 1472, udp: 1472 }
  const summary = document.summary.map((each) =>
    each.transport === 'tcp' ? { ...each, metrics: { ...each.metrics, wirePacketsPerMessage: null } } : each,
  )
  const noted = (unseenCount: number) =>
    cellsOf({
      ...document,
      config: { ...document.config, bulkSizeBytes },
      summary,
      runs: document.runs.map((run) => (run.link ? { ...run, link: { ...run.link, unseenCount } } : run)),
    }).notes
  expect(noted(0)).toContain('- packets/message, bulk (TCP): the link could not log enough of its packets')
  expect(noted(9)).toContain(
    '- packets/message, bulk (TCP): this computer dropped packets before the link saw them',
  )
})
