import { toJsonSchema } from '@valibot/to-json-schema'

/** The JSON Schema (draft 7) of the result document. JSON has no infinite numbers, so that check has no counterpart. */
export async function jsonSchema(dist) {
  const { resultSchema } = await import(new URL('result/schema.js', dist))
  const schema = toJsonSchema(resultSchema, { target: 'draft-07', ignoreActions: ['finite'] })
  return `${JSON.stringify(schema, null, 2)}\n`
}
