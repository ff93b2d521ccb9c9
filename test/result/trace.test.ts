import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parseResult, parseSaved } from '../../src/result/read.ts'
import { writeResult, writeTrace } from '../../src/result/write.ts'
import { tcpEcho, udpEcho } from '../packets/conversations.ts'
import { sampleResult } from '../report/sample-result.ts'
import { sampleTrace, tcpCalls, tracedFrom } from '../report/trace/sample-trace.ts'

const trace = sampleTrace([tracedFrom('tcp', tcpEcho(), tcpCalls), tracedFrom('udp', udpEcho())])
const text = writeTrace(trace)

describe('a saved trace', () => {
  it('is read as it was written', () => {
    expect(parseSaved(text, 'trace.json')).toEqual(trace)
  })

  it('is told from a result', () => {
    const result = sampleResult()
    expect(parseSaved(writeResult(result), 'run.json')).toEqual(result)
    expect(() => parseResult(text, 'trace.json')).toThrow('trace.json: at schema: expected "netcmp.result/1"')
  })

  it.each([
    [
      'a fate that there is not',
      '"fate": "dropped"',
      '"fate": "eaten"',
      /fate: expected .*"queue-full".*found "eaten"/,
    ],
    ['a negative number', '"packetBytes": 40', '"packetBytes": -40', /packetBytes: expected >=0, found -40/],
    ['a time of a thousand years', '"inNs": 0', '"inNs": 3e19', /inNs: expected <=1000000000000000/],
    ['no conversations', '"conversations": [', '"conversation": [', /at conversations: missing/],
    [
      'another version',
      '"netcmp.trace/1"',
      '"netcmp.trace/2"',
      /^trace\.json: a trace of a newer netcmp \(netcmp\.trace\/2; this one reads netcmp\.trace\/1\)$/,
    ],
  ])('is refused with %s', (_, from, to, message) => {
    expect(text).toContain(from)
    expect(() => parseSaved(text.replace(from, to), 'trace.json')).toThrow(message)
  })

  it('is never written malformed', () => {
    expect(() => writeTrace({ ...trace, conversations: [] })).toThrow(
      'netcmp: malformed result, at conversations',
    )
  })
})

it('the published JSON Schema accepts what netcmp writes, and refuses what parseSaved refuses', () => {
  const published = JSON.parse(readFileSync(new URL('../../schema/trace-1.json', import.meta.url), 'utf8'))
  const validate = new Ajv({ formats: { 'date-time': true } }).compile(published)
  validate(JSON.parse(text))
  expect(validate.errors).toBeNull()
  expect(validate(JSON.parse(text.replace('"fate": "dropped"', '"fate": "eaten"')))).toBe(false)
})
