import * as v from 'valibot'
import { NetcmpError } from '../core/errors.ts'
import { describeIssue, oneLine } from './issue.ts'
import { type ResultDocument, resultSchema } from './schema.ts'

/** Far above any real result: a thousand blocks of every workload over three transports take about 15 MB. */
export const LONGEST_RESULT_BYTES = 64 * 1024 * 1024

/**
 * Reads a saved result. Members that this version does not know are left out; metrics it does not know are kept.
 * `name` is what the error calls the text, as a file name. Throws MALFORMED_RESULT.
 */
export function parseResult(text: string, name: string): ResultDocument {
  const refuse = (why: string, cause?: unknown) =>
    new NetcmpError('MALFORMED_RESULT', `${oneLine(name)}: ${why}`, cause === undefined ? {} : { cause })
  if (text.length > LONGEST_RESULT_BYTES)
    throw refuse(`larger than ${LONGEST_RESULT_BYTES / 1024 / 1024} MiB`)
  let json: unknown
  try {
    json = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text)
  } catch (error) {
    const why = error instanceof Error ? oneLine(error.message) : 'it cannot be read'
    throw refuse(`not JSON: ${why} (netcmp writes it with --format json)`, error)
  }
  if (!v.is(v.object({ schema: v.string() }), json)) {
    throw refuse('at schema: expected "netcmp.result/1" (netcmp writes it with --format json)')
  }
  const parsed = v.safeParse(resultSchema, json, { abortEarly: true })
  if (!parsed.success) throw refuse(describeIssue(parsed.issues[0]))
  return parsed.output
}
