import { parseResult } from '../result/read.ts'
import type { ResultDocument } from '../result/schema.ts'
import { LONGEST_SWEEP_BYTES, parseSweep, parseSweepFile, sweepKind } from '../result/sweep-file.ts'
import type { SweepDocument } from '../result/sweep-schema.ts'
import { sweepDocument } from '../sweep/document.ts'
import { readSavedBytes, savedName } from './saved-result.ts'

/**
 * Reads a result, a sweep, or the file that a sweep writes as it goes, from a file, or from standard input for `-`. Throws
 * BAD_VALUE or MALFORMED_RESULT.
 */
export async function readAnySaved(file: string): Promise<ResultDocument | SweepDocument> {
  const name = savedName(file)
  const bytes = await readSavedBytes(file, LONGEST_SWEEP_BYTES)
  const kind = sweepKind(new TextDecoder().decode(bytes.subarray(0, 256)))
  if (kind === 'document') return parseSweep(bytes.toString('utf8'), name)
  if (kind === undefined) return parseResult(bytes.toString('utf8'), name)
  const { head, lines } = parseSweepFile(bytes, name)
  return sweepDocument(head, lines)
}
