import { toJsonSchema } from '@valibot/to-json-schema'

/** The JSON Schema (draft 7) of the result document. */
export async function resultJsonSchema(dist) {
  const { resultSchema } = await import(new URL('result/schema.js', dist))
  return jsonSchema(resultSchema)
}

/** Of the sweep document. */
export async function sweepJsonSchema(dist) {
  const { sweepSchema } = await import(new URL('result/sweep-schema.js', dist))
  return jsonSchema(sweepSchema)
}

/** That of a trace. */
export async function traceJsonSchema(dist) {
  const { traceSchema } = await import(new URL('result/trace-schema.js', dist))
  return jsonSchema(traceSchema)
}

/** JSON has no infinite numbers, so that check has no counterpart. */
function jsonSchema(schema) {
  return `${JSON.stringify(toJsonSchema(schema, { target: 'draft-07', ignoreActions: ['finite'] }), null, 2)}\n`
}
