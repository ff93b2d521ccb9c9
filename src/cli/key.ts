import { NetcmpError } from '../core/errors.ts'
import { sharedKey } from '../drive/sealed-endpoint.ts'
import { whyNoFile } from './output.ts'
import { readBounded } from './read-bounded.ts'

const LONGEST_KEY_BYTES = 4096

/** The key in a file, if one is named. Throws BAD_VALUE. */
export function keyIn(file: string | undefined): Uint8Array | undefined {
  if (file === undefined) return undefined
  let text: string | undefined
  try {
    text = readBounded(file, LONGEST_KEY_BYTES)
  } catch (error) {
    throw new NetcmpError('BAD_VALUE', `netcmp: cannot read the key in ${file}: ${whyNoFile(error)}`, {
      cause: error,
    })
  }
  if (text !== undefined) return sharedKey(text, file)
  throw new NetcmpError('BAD_VALUE', `netcmp: the key in ${file} is over ${LONGEST_KEY_BYTES} bytes`)
}
