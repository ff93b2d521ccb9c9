import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { NetcmpError } from '../../src/core/errors.ts'
import { parseResult } from '../../src/result/read.ts'
import { writeResult } from '../../src/result/write.ts'
import { sampleResult } from '../report/sample-result.ts'

const sample = sampleResult()
const text = writeResult(sample)

/** The sample as JSON with one piece replaced; the piece must be there. */
function altered(from: string, to: string): string {
  expect(text).toContain(from)
  return text.replace(from, () => to)
}

function refusal(input: string): string {
  try {
    parseResult(input, 'run.json')
  } catch (error) {
    expect(error).toBeInstanceOf(NetcmpError)
    const { code, message } = error as NetcmpError
    expect(code).toBe('MALFORMED_RESULT')
    expect(message).not.toMatch(/\p{Cc}/u)
    return message
  }
  throw new Error('it was read')
}

describe('writeResult and parseResult', () => {
  it('give back the same document', () => {
    expect(parseResult(text, 'run.json')).toEqual(sample)
    expect(text.endsWith('}\n')).toBe(true)
    expect(text.startsWith('{\n  "schema": "netcmp.result/1"')).toBe(true)
  })

  it('read past a byte order mark', () => {
    expect(parseResult(`\uFEFF${text}`, 'run.json')).toEqual(sample)
  })

  it('keep a metric of a newer version and leave out a member they do not know', () => {
    const newer = altered('"rttMinNs":', '"someNewNs": 7,\n"rttMinNs":').replace(
      '"partial"',
      '"color": {}, "partial"',
    )
    const read = parseResult(newer, 'run.json')
    expect(read.runs[0]?.metrics.someNewNs).toBe(7)
    expect(read).not.toHaveProperty('color')
  })

  it('keep what each member of a chat measured', () => {
    const document = sampleResult({ workloads: ['chat'] })
    const [run] = document.runs
    if (run) run.members = [{ deliveryP50Ns: 5 }, { deliveryP50Ns: null }]
    expect(parseResult(writeResult(document), 'run.json').runs[0]?.members).toEqual(run?.members)
  })

  it('never write what they would refuse', () => {
    const broken = { ...sample, runs: [{ ...sample.runs[0], metrics: { rttP50Ns: Number.NaN } }] }
    expect(() => writeResult(broken as typeof sample)).toThrow(
      'netcmp: malformed result, at runs.0.metrics.rttP50Ns: expected number, found NaN',
    )
  })
})

describe('parseResult refuses', () => {
  it('what is not JSON', () => {
    expect(refusal('netcmp 0.1.0')).toMatch(/^run\.json: not JSON: /)
    expect(refusal('')).toMatch(/^run\.json: not JSON: /)
  })

  it('a truncated file, wherever it ends', () => {
    for (let end = 1; end < text.length - 2; end += 997) {
      expect(refusal(text.slice(0, end))).toMatch(/^run\.json: not JSON: /)
    }
  })

  it('JSON that is nested without end', () => {
    expect(refusal('['.repeat(1_000_000))).toMatch(/^run\.json: not JSON: /)
  })

  it.each(['[]', 'null', '7', '"netcmp.result/1"', '{}', '{"schema":1}'])(
    'another kind of document: %s',
    (json) => {
      expect(refusal(json)).toBe(
        'run.json: at schema: expected "netcmp.result/1" (netcmp writes it with --format json)',
      )
    },
  )

  it.each([
    [
      'a newer version',
      '"netcmp.result/1"',
      '"netcmp.result/12"',
      'a result of a newer netcmp (netcmp.result/12; this one reads netcmp.result/1)',
    ],
    ['another version', '"netcmp.result/1"', '"netcmp.result/0"', 'at schema: expected "netcmp.result/1"'],
    ['a number as text', '"readNs": 38', '"readNs": "NaN"', 'at clock.readNs: expected number, found "NaN"'],
    ['an infinite number', '"readNs": 38', '"readNs": 1e999', 'at clock.readNs: expected a finite number'],
    ['a negative count', '"members": 4', '"members": -4', 'at config.members: expected >=0, found -4'],
    ['a missing member', '"partial": false,', '', 'at partial: missing'],
    ['a metric that is text', '"lossRatio": 0', '"lossRatio": "0"', 'at runs.0.metrics.lossRatio: expected'],
    [
      'a time that is none',
      '2026-11-21T08',
      '2026-11-21X08',
      'at tool.startedAt: expected a timestamp such as',
    ],
    [
      'no transport',
      '"transports": [\n      "tcp",\n      "udp"\n    ]',
      '"transports": []',
      'at config.transports',
    ],
    [
      'an unknown outcome',
      '"outcome": "none"',
      '"outcome": "maybe"',
      'outcome: expected ("a" | "b" | "none" | "unknown"), found "maybe"',
    ],
  ])('%s, naming the place', (_, from, to, message) => {
    expect(refusal(altered(from, to))).toContain(message)
  })

  it('terminal control in what it quotes', () => {
    expect(refusal(altered('"partial": false', '"partial": "\\u001b[2J\\n"'))).toContain('found " [2J "')
  })

  it('a file too large to be a result', () => {
    expect(refusal(' '.repeat(64 * 1024 * 1024 + 1))).toBe('run.json: larger than 64 MiB')
  })
})

it('__proto__ in a document reaches no prototype', () => {
  const read = parseResult(
    altered('"rttMinNs":', '"__proto__": {"polluted": 1}, "constructor": 3, "rttMinNs":').replace(
      '"addresses": {',
      '"addresses": { "__proto__": "x",',
    ),
    'run.json',
  )
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
  expect(Object.getPrototypeOf(read.runs[0]?.metrics)).toBe(Object.prototype)
  expect(Object.getPrototypeOf(read.config.addresses)).toBe(Object.prototype)
})

describe('the published JSON Schema', () => {
  const published: object = JSON.parse(
    readFileSync(new URL('../../schema/result-1.json', import.meta.url), 'utf8'),
  )
  const validate = new Ajv({ formats: { 'date-time': true } }).compile(published)
  const accepts = (json: string) => validate(JSON.parse(json))

  it('accepts what netcmp writes', () => {
    accepts(text)
    expect(validate.errors).toBeNull()
    expect(accepts(writeResult(sampleResult({ blocks: 3, transports: ['unix', 'tcp', 'udp'] })))).toBe(true)
  })

  it('refuses what parseResult refuses', () => {
    expect(accepts(altered('"netcmp.result/1"', '"netcmp.result/2"'))).toBe(false)
    expect(accepts(altered('"partial": false,', ''))).toBe(false)
    expect(accepts(altered('"outcome": "none"', '"outcome": "maybe"'))).toBe(false)
    expect(accepts(altered('"lossRatio": 0', '"lossRatio": "0"'))).toBe(false)
    expect(accepts(altered('"ci95": [\n', '"ci95": [\n 0,'))).toBe(false)
  })
})
