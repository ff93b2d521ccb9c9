import { asNetcmpError, NetcmpError } from '../core/errors.ts'
import type { Dialling } from '../drive/dialling.ts'
import { upload } from '../drive/upload.ts'
import type { ResultDocument } from '../result/schema.ts'
import { checkedResult } from '../result/write.ts'
import { LONGEST_NAME } from '../wire/session-messages.ts'
import { keptName } from './kept-name.ts'

/** The name of `--as`. Throws BAD_VALUE: also where there is no host to send to. */
export function nameOf(as: string | undefined, hasHost: boolean): string | undefined {
  if (as === undefined) return undefined
  if (!hasHost) {
    throw new NetcmpError(
      'BAD_VALUE',
      'netcmp: --as is for a server that collects results (name it: netcmp HOST --as NAME)',
    )
  }
  if (as.trim() === '' || as.length > LONGEST_NAME || /\p{C}/u.test(as)) {
    throw new NetcmpError('BAD_VALUE', `netcmp: --as takes a name of 1 to ${LONGEST_NAME} characters`)
  }
  if (!/[\p{L}\p{Nd}_]/u.test(as)) {
    throw new NetcmpError('BAD_VALUE', `netcmp: --as "${as}" has no letter or digit to name a file by`)
  }
  return as
}

/** Sends a result, and says on stderr what became of it. Returns why it was not kept. */
export async function sendResult(
  name: string,
  document: ResultDocument,
  options: Dialling,
  quiet: boolean,
): Promise<NetcmpError | undefined> {
  try {
    await upload(name, new TextEncoder().encode(JSON.stringify(checkedResult(document))), options)
    if (!quiet) process.stderr.write(`netcmp: ${options.target} keeps the result as "${keptName(name)}"\n`)
    return undefined
  } catch (thrown) {
    const error = asNetcmpError(thrown)
    process.stderr.write(`${error.message}; the result was not kept there\n`)
    return error
  }
}
