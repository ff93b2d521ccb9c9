import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BIN, Running } from '../cli/run-netcmp.ts'
import { needsLab } from '../cli/tools.ts'
import { blocks, pages, readPage } from './documents.ts'

/** The longest takes 24 s on two cores that others use, too. */
const PATIENCE_MS = 90_000

const sheets = pages.filter(({ path }) => /^docs\/labs\/\d/.test(path))

const PARTS = ['Predict', 'Run', 'Read', 'Explain', 'Vary', 'Conclude']

/** What a sheet says is certain, of its command and of its variation: neither times nor what chance decides. */
const certain: Readonly<Record<string, readonly [run: readonly RegExp[], vary: readonly RegExp[]]>> = {
  'docs/labs/1-connection-cost.md': [
    [/^ {2}connect, packets +3 +0\n/m, /^ {2}close, packets +[34](\.\d+)? +0\n/m],
    [/ SYN seq 0 ─+ x dropped /, /SYN seq 0, again/, /4 before the first message/, /UDP: 3 packets, 276 B,/],
  ],
  'docs/labs/2-ordering-and-loss.md': [
    [/^ {2}reordered, echo +0 % /m, /^ {2}lost, echo +0 % /m],
    [/^ {2}reordered, echo +0 % +0 % /m],
  ],
  'docs/labs/3-head-of-line-blocking.md': [
    [/TCP: [^;]+; every\s+message\s+came\./, missing(10), /TCP: \d+ packets[^.]+ 1 lost[;.]/],
    [/TCP: [^;]+; every\s+message\s+came\./, missing(6), /TCP: \d+ packets[^.]+ 1 lost[;.]/],
  ],
  'docs/labs/4-throughput-and-window.md': [
    [/^ {2}10 ms +\S+ [kM]bit\/s +\S+ [kM]bit\/s /m, /^ {2}40 ms +([0-5]\.\d+ M|\d+ k)bit\/s /m],
    [/^ {2}lost, bulk +0 % /m],
  ],
  'docs/labs/5-header-cost.md': [
    [/^ {2}32 B +\S+ B +120 B /m, /^ {2}256 B +\S+ B +568 B /m, /^ {2}1 KiB +\S+ B +2,104 B /m],
    [/^ {2}packets\/message +\S+ +2 /m, /^ {2}bytes\/message +\S+ B +184 B /m],
  ],
}

function missing(message: number): RegExp {
  return new RegExp(`UDP: no message waited for an earlier one; message ${message} never came\\.`)
}

/** What stands before the figures of a table's row, or a line that ends without any. */
function labels(excerpt: string): string[] {
  return excerpt.split('\n').flatMap((line) => /^ {2}([a-z][^\d]*?) {2,}[\d-]/.exec(line)?.[1] ?? [])
}

const folder = mkdtempSync(join(tmpdir(), 'netcmp-labs-'))
beforeAll(() => {
  writeFileSync(join(folder, 'netcmp'), `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`, {
    mode: 0o755,
  })
})
afterAll(() => rmSync(folder, { recursive: true }))

async function printed(command: string): Promise<string> {
  const PATH = `${folder}${delimiter}${process.env.PATH ?? ''}`
  const shell = new Running('sh', ['-c', `cd '${folder}' && ${command}`], { PATH })
  shell.hangUp()
  const { code, stdout, stderr } = await shell.exit(PATIENCE_MS - 5_000)
  expect({ code, stderr }).toMatchObject({ code: 0 })
  return stdout
}

describe.each(sheets.map((sheet) => [sheet.path, sheet] as const))('%s', (path, sheet) => {
  const commands = blocks(sheet, 'sh').map((block) => block.trimEnd())
  const excerpts = blocks(sheet, 'text')

  test('has every part, in order, and a command and an excerpt of each run', () => {
    const parts = [...sheet.text.matchAll(/^## (.+)$/gm)].map(([, title]) => title)
    expect(parts).toEqual(PARTS)
    expect([commands.length, excerpts.length]).toEqual([2, 2])
    expect(commands.every((command) => !command.includes('\n'))).toBe(true)
  })

  test.for([
    ['run', 0],
    ['vary', 1],
  ] as const)(
    '%s: prints the rows that it shows, and what is certain',
    { timeout: PATIENCE_MS },
    async ([, which], context) => {
      needsLab(context)
      const stdout = await printed(commands[which] ?? '')
      for (const label of labels(excerpts[which] ?? '')) expect(stdout).toContain(`  ${label}  `)
      for (const claim of certain[path]?.[which] ?? []) expect(stdout).toMatch(claim)
    },
  )
})

test('the index leads to every sheet, in order, and claims are checked of each', () => {
  const index = readPage('docs/labs/README.md').text
  const linked = [...index.matchAll(/\]\((\d[^)]+)\)/g)].map(([, link]) => `docs/labs/${link}`)
  expect(linked).toEqual(sheets.map(({ path }) => path).sort())
  expect(Object.keys(certain)).toEqual(linked)
})
