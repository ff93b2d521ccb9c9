import { expect, it } from 'vitest'
import { diffResults } from '../../../src/compare/diff.ts'
import { renderDiff } from '../../../src/report/diff/render.ts'
import type { Format } from '../../../src/report/render.ts'
import { widthOf } from '../../../src/report/text.ts'
import type { ResultDocument } from '../../../src/result/schema.ts'
import { sampleResult } from '../sample-result.ts'

// What people see, byte for byte. After a wanted change: npx vitest run test/report -u, and read the difference.

const before = sampleResult()

/** Messages are larger, chat was not run, UDP loses some, and everything that TCP's echo takes takes a fifth more. */
function after(): ResultDocument {
  const document = sampleResult({ workloads: ['echo', 'connect', 'bulk'], udpLossRatio: 0.03 })
  const slower = (id: string, value: number | null) => (id.startsWith('rtt') && value ? value * 1.2 : value)
  const runs = document.runs.map((run) => {
    if (run.transport !== 'tcp' || run.workload !== 'echo') return run
    return { ...run, metrics: mapped(run.metrics, slower) }
  })
  const summary = document.summary.map((each) => {
    if (each.transport !== 'tcp' || each.workload !== 'echo') return each
    return { ...each, metrics: mapped(each.metrics, slower) }
  })
  const tool = { ...document.tool, startedAt: '2026-11-22T09:30:00.000Z' }
  return { ...document, tool, runs, summary, config: { ...document.config, sizeBytes: 1400 } }
}

function mapped(
  metrics: Record<string, number | null>,
  change: (id: string, value: number | null) => number | null,
) {
  return Object.fromEntries(Object.entries(metrics).map(([id, value]) => [id, change(id, value)]))
}

const diff = (a: ResultDocument, b: ResultDocument, threshold = 0) =>
  diffResults({ name: 'before.json', document: a }, { name: 'after.json', document: b }, threshold)

const draw = (format: Format, columns = 80) =>
  renderDiff(diff(before, after(), 0.05), { format, columns, color: false })

it.each([
  ['diff-80.txt', draw('table')],
  ['diff-40.txt', draw('table', 40)],
  ['diff.md', draw('markdown')],
  ['diff.csv', draw('csv')],
  [
    'diff-few-blocks.txt',
    renderDiff(
      diff(
        sampleResult({ blocks: 4, workloads: ['connect'] }),
        sampleResult({ blocks: 3, workloads: ['connect'] }),
      ),
      { format: 'table', columns: 80, color: false },
    ),
  ],
])('%s', async (file, text) => {
  await expect(text).toMatchFileSnapshot(`../../golden/${file}`)
})

it.each([40, 60, 80, 200])('on %i columns no line is longer than that, nor than 80', (columns) => {
  for (const line of draw('table', columns).split('\n')) {
    expect(widthOf(line)).toBeLessThanOrEqual(Math.min(80, columns))
  }
})

it('json is the diff itself', () => {
  expect(JSON.parse(draw('json'))).toEqual(diff(before, after(), 0.05))
})

it('names a dozen regressions and counts the others', () => {
  const { changes, ...others } = diff(before, after())
  const [regression] = changes.filter((change) => change.regression)
  const text = renderDiff(
    { ...others, changes: Array.from({ length: 15 }, () => regression ?? never()) },
    { format: 'markdown', columns: 80, color: false },
  )
  expect(text.match(/tcp\.echo/g)).toHaveLength(12)
  expect(text).toContain(' and 3 more.')
})

function never(): never {
  throw new Error('the sample has no regression')
}
