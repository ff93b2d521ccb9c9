import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { errorCodes } from '../../src/core/errors.ts'
import { isMetricId } from '../../src/measure/metrics.ts'
import { drawPage } from '../../src/report/page.ts'
import { rowsOf } from '../../src/report/rows.ts'
import { sampleResult } from '../report/sample-result.ts'
import { pages, quoted, readPage, root, tableRows } from './documents.ts'

const readme = readPage('README.md')
const explained = tableRows(readme).flatMap(([rows = '', , metrics = '']) =>
  quoted(metrics).some(isMetricId) ? [{ labels: quoted(rows), metrics: quoted(metrics) }] : [],
)
const isExplained = (label: string, metric?: string): boolean =>
  explained.some(
    (row) => row.labels.includes(label.trim()) && (metric === undefined || row.metrics.includes(metric)),
  )

const everything = () => {
  const document = sampleResult({ transports: ['tcp', 'udp', 'unix'], udpLossRatio: 0.1, messages: 3000 })
  return { ...document, config: { ...document.config, direction: 'both' as const, bulkSizeBytes: {} } }
}

test('every row that a table can have is explained, with its metric', () => {
  const workloads = ['echo', 'connect', 'bulk', 'chat'] as const
  const documents = [
    everything(),
    sampleResult(),
    ...workloads.map((each) => sampleResult({ workloads: [each] })),
  ]
  const rows = documents.flatMap(rowsOf)
  expect(rows.length).toBeGreaterThan(30)
  expect(rows.filter(({ label, metric }) => !isExplained(label, metric))).toEqual([])
})

test('every metric of the table exists', () => {
  expect(explained.flatMap(({ metrics }) => metrics).filter((id) => !isMetricId(id))).toEqual([])
})

test('the table shown is one that this version prints', () => {
  const shown = /<!-- table -->\n```text\n([\s\S]*?)```\n<!-- table -->/.exec(readme.text)?.[1] ?? ''
  const labels = (text: string) =>
    [...text.matchAll(/^ {2,4}(\S.*?) {2,}[\d-]/gm)].map(([, label]) => label ?? '')
  expect(labels(shown).length).toBeGreaterThan(15)
  expect(labels(shown).filter((label) => !isExplained(label))).toEqual([])
  expect(shown.split('\n').filter((line) => [...line].length > 80)).toEqual([])
  const now = labels(drawPage(sampleResult(), 80, false))
  expect(labels(shown).filter((label) => !now.includes(label) && !isOptional(label))).toEqual([])
})

/** Shown where there is something to show. */
const isOptional = (label: string): boolean =>
  /^(to|from) the server|network, server|this computer|hosts, at most|path, at least|99\.9 %|chat|dials|sent late/.test(
    label,
  )

test('the exit codes are those of the error table', () => {
  const written = tableRows(readme).flatMap(([code = '']) => (/^\d+$/.test(code) ? [Number(code)] : []))
  const known = new Set([0, ...Object.values(errorCodes).map(({ exit }) => exit)])
  expect(written.length).toBeGreaterThan(3)
  expect(written.filter((code) => !known.has(code))).toEqual([])
})

test('the npm scripts that are named exist', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const { path, text } of pages) {
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name ?? '')
    expect(
      named.filter((name) => !(name in scripts)),
      path,
    ).toEqual([])
  }
})

test('the changelog knows this version', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(readPage('CHANGELOG.md').text).toContain(`\n## [${version}]`)
})
