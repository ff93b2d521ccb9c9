import { readFileSync } from 'node:fs'
import { NetcmpError } from '../core/errors.ts'
import { sharedKey } from '../drive/sealed-endpoint.ts'
import { whyNoFile } from './output.ts'

/** The key in a file, if one is named. Throws BAD_VALUE. */
export function keyIn(file: string | undefined): Uint8Array | undefined {
  if (file === undefined) return undefined
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new NetcmpError('BAD_VALUE', `netcmp: cannot read the key in ${file}: ${whyNoFile(error)}`, {
      cause: error,
    })
  }
  return sharedKey(text, file)
}
