import { resultSchema } from './schema.ts'
import { sweepSchema } from './sweep-schema.ts'
import { traceSchema } from './trace-schema.ts'

/** What each document that is read here calls itself. */
const known = [resultSchema, traceSchema, sweepSchema].map(
  ({ pipe: [object] }) => object.entries.schema.literal,
)

/** `a trace of a newer netcmp (netcmp.trace/9; this one reads netcmp.trace/1)`; undefined for what is none. */
export function newerThanKnown(json: unknown): string | undefined {
  const schema = (json as { schema?: unknown } | null)?.schema
  const [, kind, version = ''] =
    /^netcmp\.(\w+)\/(\d{1,9})$/.exec(typeof schema === 'string' ? schema : '') ?? []
  const own = known.find((each) => each.startsWith(`netcmp.${kind}/`))
  if (own === undefined || Number(version) <= Number(own.replace(/.*\//, ''))) return undefined
  return `a ${kind} of a newer netcmp (${schema}; this one reads ${own})`
}
