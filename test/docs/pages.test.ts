import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isMetricId } from '../../src/measure/metrics.ts'
import { anchors, codeSpans, type Page, pages, quoted, readPage, root, tableRows } from './documents.ts'

/** Looks like a file or folder of this repository. Names in capitals stand for something. */
const isPath = (code: string): boolean =>
  !/\s|NAME|NNNN|\*|^\.{0,2}\//.test(code) &&
  (/^(src|test|docs|bench|examples|scripts|schema|dist)\//.test(code) ||
    /^[\w.-]+(\/[\w.-]+)+\.(ts|mjs|cjs|md|json)$/.test(code) ||
    /^[\w-]+\.md$/.test(code))

/** Looks like a metric: begins like one and ends in a unit. */
const metricLike =
  /\b(?:rtt|forward|reverse|clockError|ipdv|interarrival|loss|host|path|duplicate|reorder|sent|received|late|goodput|messages|connect|firstReply|close|delivery|orderAgreement|cpu|loopLag|sendError)[A-Za-z0-9]*(?:Ns|Ratio|Count|PerSec|PerMessage|BurstMean|Max)\b/g

describe.each(pages.map((page) => [page.path, page] as const))('%s', (path, page) => {
  test('its links lead somewhere', () => {
    const links = [...page.text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? '')
    expect(links.filter((link) => !/^https?:/.test(link) && !leadsSomewhere(page, link))).toEqual([])
  })

  test('the files it names exist', () => {
    const from = (code: string) => [
      join(root, code.replace(/^netcmp\//, '')),
      join(root, dirname(path), code),
    ]
    expect(codeSpans(page).filter((code) => isPath(code) && !from(code).some(existsSync))).toEqual([])
  })

  test('the metrics it names exist', () => {
    const named = codeSpans(page).flatMap((code) => code.match(metricLike) ?? [])
    expect(named.filter((id) => !isMetricId(id))).toEqual([])
  })
})

function leadsSomewhere({ path, text }: Page, link: string): boolean {
  const [file = '', anchor] = link.split('#')
  const target = file === '' ? path : posix.join(posix.dirname(path), file)
  if (!existsSync(join(root, target))) return false
  return anchor === undefined || anchors(file === '' ? { path, text } : readPage(target)).has(anchor)
}

interface Rule {
  name: string
  comment?: string
}

test('the import table of docs/architecture.md is the one that is enforced', () => {
  const rules: Rule[] = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')).forbidden
  const enforced = rules.flatMap(({ name, comment = '' }) => {
    const room = /^(\w+)-imports-only$/.exec(name)?.[1]
    const allowed = /may import (.*)\.$/.exec(comment)?.[1] ?? ''
    return room === undefined ? [] : [[room, allowed === 'no other room' ? [] : allowed.split(', ')]]
  })
  const written = tableRows(readPage('docs/architecture.md'))
    .filter(([room = '', , imports]) => /^`\w+`$/.test(room) && /^(nothing|`)/.test(imports ?? ''))
    .map(([room = '', , imports = '']) => [...quoted(room), quoted(imports)])
  expect(enforced.length).toBeGreaterThan(10)
  expect(Object.fromEntries(written)).toEqual(Object.fromEntries(enforced))
})

test('decisions are numbered without gaps, and say context, choice and consequence', () => {
  const records = pages.filter(({ path }) => path.startsWith('docs/decisions/'))
  expect(records.map(({ path }) => /(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1]).sort()).toEqual(
    records.map((_, index) => String(index + 1).padStart(4, '0')),
  )
  for (const { path, text } of records) {
    const number = /\d{4}/.exec(path)?.[0]
    expect(text, path).toMatch(
      new RegExp(`^# ${number} .+\\n\\n## Context\\n[^]+\\n## Choice\\n[^]+\\n## Consequence\\n`),
    )
  }
})
