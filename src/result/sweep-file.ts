import * as v from 'valibot'
import { NetcmpError } from '../core/errors.ts'
import { describeIssue, oneLine } from './issue.ts'
import { newerThanKnown } from './newer.ts'
import type { Run } from './schema.ts'
import {
  type SweepDocument,
  type SweepHead,
  type SweepLine,
  sweepHeadSchema,
  sweepLineSchema,
  sweepSchema,
} from './sweep-schema.ts'
import { SweepTurns } from './sweep-turns.ts'

/** Of a sweep's file or document: a thousand cells of twenty blocks over two transports take about 60 MB. */
export const LONGEST_SWEEP_BYTES = 256 * 1024 * 1024

/** The file of a sweep, as far as it can be read. */
export interface SweepFile {
  readonly head: SweepHead
  readonly lines: readonly SweepLine[]
  readonly bytes: number
  /** How long its whole lines are: what follows was being written when its process was killed. */
  readonly wholeBytes: number
}

/** The first line of a sweep's file. Throws INTERNAL rather than write what would be refused. */
export function headLine(head: SweepHead): string {
  return line(sweepHeadSchema, head)
}

/** A line for each run. */
export function sweepRunLine(cell: number, run: Run): string {
  return line(sweepLineSchema, { type: 'run', cell, ...run })
}

/** The document as it is printed. Throws INTERNAL. */
export function writeSweep(document: SweepDocument): string {
  return line(sweepSchema, document)
}

function line(schema: v.GenericSchema, value: unknown): string {
  const parsed = v.safeParse(schema, value, { abortEarly: true })
  if (parsed.success) return `${JSON.stringify(parsed.output)}\n`
  throw new NetcmpError('INTERNAL', `netcmp: malformed sweep, ${describeIssue(parsed.issues[0])}`)
}

/** What a text begins as: the file that a sweep writes as it goes, a sweep's document, or neither. */
export function sweepKind(text: string): 'file' | 'document' | undefined {
  const found = /^\uFEFF?\s*\{\s*("type":\s*"sweep",\s*)?"schema":\s*"netcmp\.sweep\//.exec(text)
  if (found === null) return undefined
  return found[1] === undefined ? 'document' : 'file'
}

/** Reads a sweep's file. A line without an end is what a killed process left behind. Throws MALFORMED_RESULT. */
export function parseSweepFile(bytes: Uint8Array, name: string): SweepFile {
  if (bytes.length > LONGEST_SWEEP_BYTES) throw refuse(name, tooLong)
  let at = 0
  let number = 0
  let head: SweepHead | undefined
  let turns: SweepTurns | undefined
  const lines: SweepLine[] = []
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, at)) {
    const text = decoder.decode(bytes.subarray(at, end))
    number++
    if (head === undefined) head = read(sweepHeadSchema, text, `${name}: line ${number}`)
    else {
      const found = read(sweepLineSchema, text, `${name}: line ${number}`)
      turns ??= new SweepTurns(head)
      const why = turns.whyNot(found)
      if (why !== undefined) throw refuse(name, `line ${number}: ${oneLine(why)}`)
      lines.push(found)
    }
    at = end + 1
  }
  if (head === undefined) throw refuse(name, 'no file of a sweep (netcmp sweep writes it with --output)')
  return { head, lines, bytes: bytes.length, wholeBytes: at }
}

/** Reads a sweep's document. Throws MALFORMED_RESULT. */
export function parseSweep(text: string, name: string): SweepDocument {
  if (text.length > LONGEST_SWEEP_BYTES) throw refuse(name, tooLong)
  return read(sweepSchema, text, name)
}

const NEWLINE = 0x0a
const decoder = new TextDecoder()
const tooLong = `larger than ${LONGEST_SWEEP_BYTES / 1024 / 1024} MiB`

function refuse(name: string, why: string, cause?: unknown): NetcmpError {
  return new NetcmpError('MALFORMED_RESULT', `${oneLine(name)}: ${why}`, { cause })
}

function read<S extends v.GenericSchema>(schema: S, text: string, name: string): v.InferOutput<S> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw refuse(name, `not JSON: ${error instanceof Error ? oneLine(error.message) : 'unreadable'}`, error)
  }
  const newer = newerThanKnown(json)
  if (newer !== undefined) throw refuse(name, newer)
  const parsed = v.safeParse(schema, json, { abortEarly: true })
  if (parsed.success) return parsed.output
  throw refuse(name, describeIssue(parsed.issues[0]))
}
