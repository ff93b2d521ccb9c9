import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readSweepFile, SweepLog } from '../../../src/cli/sweep/log.ts'
import type { SweepFile } from '../../../src/result/sweep-file.ts'
import { sampleLines } from '../../report/sweep/sample-sweep.ts'

const folder = mkdtempSync(join(tmpdir(), 'netcmp-log-'))
const { head, lines } = sampleLines({ parameters: [{ id: 'sizeBytes', values: [64, 128] }], blocks: 2 })

function begun(name: string): { file: string; log: SweepLog; read: SweepFile } {
  const file = join(folder, name)
  const log = SweepLog.begin(file, head)
  add(log, 0)
  return { file, log, read: readSweepFile(file) as SweepFile }
}

function add(log: SweepLog, index: number): void {
  const { type: _, cell, ...run } = lines[index] as (typeof lines)[number]
  log.add(cell, run)
}

it('of two processes that go on with one file the one that comes too late ends, and spoils nothing', () => {
  const { file, log, read } = begun('two.jsonl')
  const other = SweepLog.goOn(file, read)
  add(log, 1)
  const before = readFileSync(file, 'utf8')
  expect(() => add(other, 2)).toThrow(`netcmp: ${file} is written by another process, too (one is enough: `)
  expect(readFileSync(file, 'utf8')).toBe(before)
  add(log, 2)
  expect(readSweepFile(file)?.lines).toEqual(lines.slice(0, 3))
})

it('what another process wrote since the file was read is not cut off', () => {
  const { file, log, read } = begun('cut.jsonl')
  add(log, 1)
  expect(() => SweepLog.goOn(file, read)).toThrow('is written by another process, too')
  expect(readSweepFile(file)?.lines).toEqual(lines.slice(0, 2))
})

it('what a killed process left half written is cut off', () => {
  const { file, log } = begun('half.jsonl')
  log.close()
  appendFileSync(file, '{"type":"run","ce')
  const again = SweepLog.goOn(file, readSweepFile(file) as SweepFile)
  add(again, 1)
  expect(readSweepFile(file)?.lines).toEqual(lines.slice(0, 2))
})
