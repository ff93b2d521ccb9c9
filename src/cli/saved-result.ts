import { createReadStream } from 'node:fs'
import { NetcmpError } from '../core/errors.ts'
import { LONGEST_RESULT_BYTES, parseResult } from '../result/read.ts'
import type { ResultDocument } from '../result/schema.ts'
import { whyNoFile } from './output.ts'

/** Reads a result from a file, or from standard input for `-`. Throws BAD_VALUE or MALFORMED_RESULT. */
export async function readSaved(file: string): Promise<ResultDocument> {
  return parseResult(
    (await readSavedBytes(file, () => LONGEST_RESULT_BYTES)).toString('utf8'),
    savedName(file),
  )
}

/** What messages call the file. */
export function savedName(file: string): string {
  return file === '-' ? 'standard input' : file
}

/**
 * No more than one chunk past the most is read, however much there is: how many bytes that is, how it begins tells. Throws
 * BAD_VALUE.
 */
export async function readSavedBytes(file: string, most: (begin: Uint8Array) => number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of file === '-' ? process.stdin : createReadStream(file)) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > most(chunks[0] ?? chunk)) break
    }
    return Buffer.concat(chunks)
  } catch (error) {
    throw new NetcmpError('BAD_VALUE', `netcmp: cannot read ${file}: ${whyNoFile(error)}`, { cause: error })
  }
}
