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
    expect(parseSweepFile(bytes, 'a.jsonl')).toEqual({
      head,
      lines,
      bytes: bytes.length,
      wholeBytes: bytes.length,
    })
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
    [
      'a run of no cell',
      text.replaceAll('"cell":1', '"cell":7'),
      'line 4: of cell 7, where there are 2 (from 0)',
    ],
    [
      'a run of no block',
      text.replace('"block":2', '"block":3'),
      'line 10: of block 3, where there are 0 to 2',
    ],
    [
      'a run of another transport',
      text.replace('{"type":"run","cell":0,"transport":"udp"', '{"type":"run","cell":0,"transport":"sctp"'),
      'line 3: over sctp, which this sweep does not run',
    ],
    [
      'a run of another workload',
      text.replace('"transport":"udp","workload":"echo"', '"transport":"udp","workload":"chat"'),
      'line 3: of chat, which this sweep does not run',
    ],
    [
      'a run that comes again',
      `${text}${text.split('\n')[2]}\n`,
      'line 14: a run that a line before it has already (cell 0, block 0, echo over udp)',
    ],
    ['a run that is none', `${headLine(head)}{"type":"run","cell":0}\n`, 'line 2: at transport: missing'],
    [
      'another version',
      text.replace('sweep/1', 'sweep/2'),
      'line 1: a sweep of a newer netcmp (netcmp.sweep/2; this one reads netcmp.sweep/1)',
    ],
    ['another document', text.replace('sweep/1', 'feast/1'), 'line 1: at schema: expected "netcmp.sweep/1"'],
  ])('%s is refused, naming the line', (_, damaged, why) => {
    expect(() => parseSweepFile(new TextEncoder().encode(damaged), 'a.jsonl')).toThrow(why)
  })

  it('has a run that failed as often as it was made, and one that did not once', () => {
    const failing = sampleLines({
      parameters: [{ id: 'sizeBytes', values: [64] }],
      blocks: 2,
      failing: () => 'gone',
    })
    const file = (of: typeof lines) =>
      headLine(failing.head) + of.map(({ type: _, cell, ...run }) => sweepRunLine(cell, run)).join('')
    const made = failing.lines.map((line) => ({ ...line, error: null }))
    const read = (of: typeof lines) => parseSweepFile(new TextEncoder().encode(file(of)), 'a.jsonl').lines
    expect(read([...failing.lines, ...failing.lines, ...made])).toHaveLength(12)
    expect(() => read([...made, ...failing.lines])).toThrow('line 6: a run that a line before it has already')
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
