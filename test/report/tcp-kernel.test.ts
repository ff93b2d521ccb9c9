import { expect, it } from 'vitest'
import { cellsOf } from '../../src/report/cells.ts'
import { rowsOf } from '../../src/report/rows.ts'
import type { Metrics, ResultDocument } from '../../src/result/schema.ts'
import { sampleResult } from './sample-result.ts'

type Sample = Parameters<typeof sampleResult>[0]

function changed(metrics: Metrics, sample: Sample = {}): ResultDocument {
  const document = sampleResult(sample)
  const summary = document.summary.map((each) => {
    return each.transport === 'tcp' ? { ...each, metrics: { ...each.metrics, ...metrics } } : each
  })
  return { ...document, summary }
}

const groupsOf = (document: ResultDocument) =>
  Object.fromEntries(
    cellsOf(document)
      .groups.filter(({ title }) => title.startsWith('TCP'))
      .map(({ title, lines }) => [title, lines.map(({ label, values }) => [label, ...values])]),
  )

it('fills TCP’s column alone, and is compared with nothing', () => {
  const document = changed({ retransmitCount: 7 })
  expect(groupsOf(document)).toEqual({
    'TCP (echo)': [
      ['smoothed RTT', '47.0 us', ''],
      ['retransmissions', '7', ''],
    ],
    'TCP (bulk)': [
      ['smoothed RTT', '214 us', ''],
      ['retransmissions', '7', ''],
      ['cwnd, segments', '42', ''],
    ],
  })
  const { groups, notes } = cellsOf(document)
  const lines = groups.flatMap(({ title, lines }) => (title.startsWith('TCP') ? lines : []))
  expect(lines.flatMap(({ verdicts }) => verdicts)).toEqual([])
  expect(notes).toEqual(cellsOf(sampleResult()).notes)
})

it('says that bulk sent nothing again, and of echo only what it sent again', () => {
  const labels = (workload: string) =>
    rowsOf(sampleResult()).flatMap((row) => (row.group === `TCP (${workload})` ? row.label : []))
  expect(labels('bulk')).toContain('retransmissions')
  expect(labels('echo')).toEqual(['smoothed RTT'])
})

it('is left out where no kernel told: another system, an older result, no TCP', () => {
  const older = sampleResult()
  for (const { metrics } of [...older.runs, ...older.summary]) {
    for (const id of Object.keys(metrics)) if (/^tcp|^retransmit/.test(id)) delete metrics[id]
  }
  expect(groupsOf(older)).toEqual({})
  expect(groupsOf(sampleResult({ transports: ['unix', 'udp'] }))).toEqual({})
})
