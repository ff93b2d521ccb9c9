import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import {
  headLine,
  parseSweep,
  parseSweepFile,
  sweepKind,
  sweepRunLine,
  writeSweep,
} from '../../src/result/sweep-file.ts'
import { sampleLines, sampleSweep } from '../report/sweep/sample-sweep.ts'

const { head, lines } = sampleLines({ parameters: [{ id: 'sizeBytes', values: [64, 128] }], blocks: 3 })
const text = headLine(head) + lines.map(({ type: _, cell, ...run }) => sweepRunLine(cell, run)).join('')
const bytes = new TextEncoder().encode(text)

describe('the file of a sweep', () => {
  it('is read as it was written', () => {
    expect(parseSweepFile(bytes, 'a.jsonl')).toEqual({ head, lines, wholeBytes: bytes.length })
  })

  it('cut off anywhere, as kill -9 may, has every run whose line is whole, and says how long these are', () => {
    const headBytes = headLine(head).length
    for (let end = headBytes; end < bytes.length; end += 7) {
      const read = parseSweepFile(bytes.subarray(0, end), 'a.jsonl')
      const whole = text.slice(0, end).lastIndexOf('\n') + 1
      expect(read.wholeBytes).toBe(whole)
      expect(read.lines).toEqual(lines.slice(0, read.lines.length))
      expect(read.lines).toHaveLength(text.slice(0, whole).split('\n').length - 2)
    }
  })

  it.each([
    ['nothing', '', 'a.jsonl: no file of a sweep (netcmp sweep writes it with --output)'],
    ['a head cut off', text.slice(0, 100), 'a.jsonl: no file of a sweep'],
    ['another text', 'hello\n', 'a.jsonl: line 1: not JSON: '],
    ['a run of no cell', text.replaceAll('"cell":1', '"cell":7'), 'line 4: of a cell that is not there'],
    ['a run that is none', `${headLine(head)}{"type":"run","cell":0}\n`, 'line 2: at transport: missing'],
    ['another version', text.replace('sweep/1', 'sweep/2'), 'line 1: at schema: expected "netcmp.sweep/1"'],
  ])('%s is refused, naming the line', (_, damaged, why) => {
    expect(() => parseSweepFile(new TextEncoder().encode(damaged), 'a.jsonl')).toThrow(why)
  })

  it('never holds what would be refused', () => {
    const { type: _, cell, ...run } = lines[0] ?? ({} as never)
    expect(() => sweepRunLine(cell, { ...run, metrics: { rttP50Ns: Number.NaN } })).toThrow('malformed sweep')
  })
})

describe('the document of a sweep', () => {
  const document = sampleSweep()

  it('is read as it was written', () => {
    expect(parseSweep(writeSweep(document), 'a.json')).toEqual(document)
  })

  it('keeps its published JSON Schema', () => {
    const schema = JSON.parse(readFileSync(new URL('../../schema/sweep-1.json', import.meta.url), 'utf8'))
    const validate = new Ajv({ allErrors: true, strict: false, validateFormats: false }).compile(schema)
    validate(JSON.parse(writeSweep(document)))
    expect(validate.errors).toBe(null)
    const broken = { ...document, cells: [{ ...document.cells[0], runs: 'none' }] }
    expect(validate(broken)).toBe(false)
  })

  it('and its file, are told from a result', () => {
    expect(sweepKind(writeSweep(document))).toBe('document')
    expect(sweepKind(JSON.stringify(document, null, 2))).toBe('document')
    expect(sweepKind(text)).toBe('file')
    expect(sweepKind('{"schema":"netcmp.result/1"}')).toBe(undefined)
  })
})
