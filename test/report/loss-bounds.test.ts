import { expect, it } from 'vitest'
import { cellsOf } from '../../src/report/cells.ts'
import { type Format, render } from '../../src/report/render.ts'
import { rowsOf } from '../../src/report/rows.ts'
import type { Metrics, ResultDocument } from '../../src/result/schema.ts'
import { sampleResult } from './sample-result.ts'

type Sample = Parameters<typeof sampleResult>[0]

/** Bulk of which UDP lost 10 %: 4 % in hosts at most. */
function lossy(bounds: Metrics, sample: Sample = {}): ResultDocument {
  const document = sampleResult({ workloads: ['bulk'], ...sample })
  const summary = document.summary.map((each) => {
    return each.transport === 'udp'
      ? { ...each, metrics: { ...each.metrics, lossRatio: 0.1, ...bounds } }
      : each
  })
  return { ...document, summary }
}

const BOUNDS = { hostLossRatio: 0.04, pathLossRatio: 0.06 }

/** From the row above them to the one after them. */
function linesOf(document: ResultDocument, columns: number, format: Format = 'table'): string[] {
  const lines = render(document, { format, columns, color: false }).split('\n')
  return lines.slice(lines.findIndex((line) => line.includes('lost, bulk')) + 1).slice(0, 6)
}

it('stand beneath the loss, beside nothing', () => {
  expect(linesOf(lossy(BOUNDS), 80).slice(0, 3)).toEqual([
    '    hosts, at most                    4.00 %',
    '    path, at least                    6.00 %',
    'THROUGHPUT',
  ])
  expect(linesOf(lossy(BOUNDS), 40).slice(3)).toEqual([
    '    hosts, at most',
    '    UDP       4.00 %',
    '    path, at least',
  ])
  expect(linesOf(lossy(BOUNDS), 80, 'markdown').slice(0, 2)).toEqual([
    '| hosts, at most |  | 4.00 % |  |',
    '| path, at least |  | 6.00 % |  |',
  ])
})

it('need no line for verdicts between three transports, and no column for one', () => {
  const three = linesOf(lossy(BOUNDS, { transports: ['unix', 'tcp', 'udp'] }), 60)
  expect(three.slice(1, 4)).toEqual([
    '    hosts, at most                                 4.00 %',
    '    path, at least                                 6.00 %',
    'THROUGHPUT',
  ])
  const [one] = linesOf(lossy(BOUNDS, { transports: ['udp'] }), 80)
  expect(one).toMatch(/^ {4}hosts, at most +4\.00 %$/)
})

it('are left out where they say nothing: 0, unknown, or a result older than they are', () => {
  const labels = (bounds: Metrics) => rowsOf(lossy(bounds)).map(({ label }) => label.trim())
  expect(labels({ ...BOUNDS, pathLossRatio: 0 })).toContain('hosts, at most')
  expect(labels({ ...BOUNDS, pathLossRatio: 0 })).not.toContain('path, at least')
  const unknown = labels({ hostLossRatio: null, pathLossRatio: null })
  expect(unknown.filter((label) => /hosts|path/.test(label))).toEqual([])
  const older = lossy({})
  for (const { metrics } of [...older.runs, ...older.summary]) {
    delete metrics.hostLossRatio
    delete metrics.pathLossRatio
  }
  expect(rowsOf(older).map(({ label }) => label.trim())).toEqual(unknown)
})

it('give no reason for a transport that has none', () => {
  expect(cellsOf(lossy(BOUNDS)).notes).toEqual(cellsOf(lossy({})).notes)
})
