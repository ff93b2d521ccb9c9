import { createReadStream } from 'node:fs'
import { NetcmpError } from '../core/errors.ts'
import { LONGEST_RESULT_BYTES, parseResult, parseSaved } from '../result/read.ts'
import type { ResultDocument } from '../result/schema.ts'
import type { TraceDocument } from '../result/trace-schema.ts'
import { whyNoFile } from './output.ts'

/** Reads a result from a file, or from standard input for `-`. Throws BAD_VALUE or MALFORMED_RESULT. */
export async function readSaved(file: string): Promise<ResultDocument> {
  return parseResult(await read(file), savedName(file))
}

/** The same of a result or a trace, whichever it is. */
export async function readSavedAny(file: string): Promise<ResultDocument | TraceDocument> {
  return parseSaved(await read(file), savedName(file))
}

/** What messages call the file. */
export function savedName(file: string): string {
  return file === '-' ? 'standard input' : file
}

/** No more than one byte past the longest result is read, however much there is. */
async function read(file: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of file === '-' ? process.stdin : createReadStream(file)) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > LONGEST_RESULT_BYTES) break
    }
    return Buffer.concat(chunks).toString('utf8')
  } catch (error) {
    throw new NetcmpError('BAD_VALUE', `netcmp: cannot read ${file}: ${whyNoFile(error)}`, { cause: error })
  }
}
