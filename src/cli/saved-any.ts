import { LONGEST_RESULT_BYTES, parseSaved } from '../result/read.ts'
import type { ResultDocument } from '../result/schema.ts'
import { LONGEST_SWEEP_BYTES, parseSweep, parseSweepFile, sweepKind } from '../result/sweep-file.ts'
import type { SweepDocument } from '../result/sweep-schema.ts'
import type { TraceDocument } from '../result/trace-schema.ts'
import { sweepDocument } from '../sweep/document.ts'
import { readSavedBytes, savedName } from './saved-result.ts'

/**
 * Reads a result, a trace, a sweep, or the file that a sweep writes as it goes, from a file, or from standard input for `-`.
 * Throws BAD_VALUE or MALFORMED_RESULT.
 */
export async function readSavedAny(file: string): Promise<ResultDocument | SweepDocument | TraceDocument> {
  const name = savedName(file)
  const bytes = await readSavedBytes(file, (begin) =>
    kindOf(begin) ? LONGEST_SWEEP_BYTES : LONGEST_RESULT_BYTES,
  )
  const kind = kindOf(bytes)
  if (kind === 'document') return parseSweep(bytes.toString('utf8'), name)
  if (kind === undefined) return parseSaved(bytes.toString('utf8'), name)
  const { head, lines } = parseSweepFile(bytes, name)
  return sweepDocument(head, lines)
}

const kindOf = (bytes: Uint8Array) => sweepKind(new TextDecoder().decode(bytes.subarray(0, 256)))
