import * as v from 'valibot'
import { NetcmpError } from '../core/errors.ts'
import { describeIssue } from './issue.ts'
import { type ResultDocument, resultSchema } from './schema.ts'
import { type TraceDocument, traceSchema } from './trace-schema.ts'

/** The document as netcmp prints and saves it. Throws INTERNAL rather than write what `parseResult` would refuse. */
export function writeResult(document: ResultDocument): string {
  return `${JSON.stringify(checkedResult(document), null, 2)}\n`
}

/** The document, with what belongs in it alone. Throws INTERNAL. */
export function checkedResult(document: ResultDocument): ResultDocument {
  return checked(resultSchema, document)
}

/** A trace, as `writeResult` writes a result. Throws INTERNAL. */
export function writeTrace(document: TraceDocument): string {
  return `${JSON.stringify(checked(traceSchema, document), null, 2)}\n`
}

function checked<Schema extends typeof resultSchema | typeof traceSchema>(
  schema: Schema,
  document: unknown,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, document, { abortEarly: true })
  if (!parsed.success) {
    throw new NetcmpError('INTERNAL', `netcmp: malformed result, ${describeIssue(parsed.issues[0])}`)
  }
  return parsed.output
}
