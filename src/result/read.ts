import * as v from 'valibot'
import { NetcmpError } from '../core/errors.ts'
import { describeIssue, oneLine } from './issue.ts'
import { newerThanKnown } from './newer.ts'
import { type ResultDocument, resultSchema } from './schema.ts'
import { type TraceDocument, traceSchema } from './trace-schema.ts'

/** Far above any real result: a thousand blocks of every workload over three transports take about 15 MB. */
export const LONGEST_RESULT_BYTES = 64 * 1024 * 1024

/**
 * Reads a saved result. Members that this version does not know are left out; metrics it does not know are kept.
 * `name` is what the error calls the text, as a file name. Throws MALFORMED_RESULT.
 */
export function parseResult(text: string, name: string): ResultDocument {
  return checked(resultSchema, jsonOf(text, name), name)
}

/** Reads a saved result or a saved trace, whichever it says it is. Throws MALFORMED_RESULT. */
export function parseSaved(text: string, name: string): ResultDocument | TraceDocument {
  const json = jsonOf(text, name)
  const isTrace = json.schema === traceSchema.pipe[0].entries.schema.literal
  return isTrace ? checked(traceSchema, json, name) : checked(resultSchema, json, name)
}

function jsonOf(text: string, name: string): { schema: string } {
  if (text.length > LONGEST_RESULT_BYTES) {
    throw refusal(name, `larger than ${LONGEST_RESULT_BYTES / 1024 / 1024} MiB`)
  }
  let json: unknown
  try {
    json = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text)
  } catch (error) {
    const why = error instanceof Error ? oneLine(error.message) : 'it cannot be read'
    throw refusal(name, `not JSON: ${why} (netcmp writes it with --format json)`, error)
  }
  const newer = newerThanKnown(json)
  if (newer !== undefined) throw refusal(name, newer)
  if (v.is(v.looseObject({ schema: v.string() }), json)) return json
  throw refusal(name, 'at schema: expected "netcmp.result/1" (netcmp writes it with --format json)')
}

function checked<Schema extends typeof resultSchema | typeof traceSchema>(
  schema: Schema,
  json: unknown,
  name: string,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, json, { abortEarly: true })
  if (!parsed.success) throw refusal(name, describeIssue(parsed.issues[0]))
  return parsed.output
}

function refusal(name: string, why: string, cause?: unknown): NetcmpError {
  const options = cause === undefined ? {} : { cause }
  return new NetcmpError('MALFORMED_RESULT', `${oneLine(name)}: ${why}`, options)
}
