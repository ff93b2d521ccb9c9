import type { ResultDocument, Run } from './schema.ts'
import { checkedResult } from './write.ts'

/** A finished run as a line of `--json-stream`. */
export const runLine = (run: Run): string => `${JSON.stringify({ type: 'run', ...run })}\n`

/** The document as its last line, which `parseResult` reads. */
export const resultLine = (document: ResultDocument): string =>
  `${JSON.stringify({ type: 'result', ...checkedResult(document) })}\n`
