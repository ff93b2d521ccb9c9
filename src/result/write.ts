import * as v from 'valibot'
import { NetcmpError } from '../core/errors.ts'
import { describeIssue } from './issue.ts'
import { type ResultDocument, resultSchema } from './schema.ts'

/** The document as netcmp prints and saves it. Throws INTERNAL rather than write what `parseResult` would refuse. */
export function writeResult(document: ResultDocument): string {
  return `${JSON.stringify(checkedResult(document), null, 2)}\n`
}

/** The document, with what belongs in it alone. Throws INTERNAL. */
export function checkedResult(document: ResultDocument): ResultDocument {
  const parsed = v.safeParse(resultSchema, document, { abortEarly: true })
  if (!parsed.success) {
    throw new NetcmpError('INTERNAL', `netcmp: malformed result, ${describeIssue(parsed.issues[0])}`)
  }
  return parsed.output
}
