import { statSync } from 'node:fs'
import { NetcmpError } from '../core/errors.ts'
import { oneLine } from '../result/issue.ts'
import { whyNoFile } from './output.ts'
import { readBounded } from './read-bounded.ts'

/** Read where no other file is named, if the working folder has it. */
const USUAL_FILE = 'netcmp.config.json'

const LONGEST_BYTES = 64 * 1024

interface Settings {
  readonly file: string
  /** As they would be typed, by the name of the option. */
  readonly settings: readonly (readonly [name: string, text: string])[]
}

/** The settings of a JSON file. Throws BAD_VALUE, in one line that names the file. */
export function readSettings(named: string | undefined): Settings {
  const file = named ?? USUAL_FILE
  const text = read(file, named === undefined)
  if (text === undefined) return { file, settings: [] }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    const why = error instanceof Error ? oneLine(error.message) : 'it cannot be read'
    throw new NetcmpError('BAD_VALUE', `netcmp: ${file}: not JSON: ${why}`, { cause: error })
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new NetcmpError(
      'BAD_VALUE',
      `netcmp: ${file}: not an object (write { "proto": "udp", "blocks": 20 })`,
    )
  }
  return { file, settings: Object.entries(json).map(([name, value]) => [name, typed(value, file, name)]) }
}

function read(file: string, mayBeMissing: boolean): string | undefined {
  let text: string | undefined
  try {
    // What nobody named is only read where it is a file: a pipe of that name would be waited for.
    if (mayBeMissing && !statSync(file).isFile()) return undefined
    text = readBounded(file, LONGEST_BYTES)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && mayBeMissing) return undefined
    throw new NetcmpError('BAD_VALUE', `netcmp: cannot read ${file}: ${whyNoFile(error)}`, { cause: error })
  }
  if (text !== undefined) return text
  throw new NetcmpError('BAD_VALUE', `netcmp: ${file}: over ${LONGEST_BYTES} bytes: no settings are so long`)
}

/** A list is typed with commas between. */
function typed(value: unknown, file: string, name: string): string {
  if (Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string')) {
    return value.join(',')
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value)
  throw new NetcmpError(
    'BAD_VALUE',
    `netcmp: ${file}: ${JSON.stringify(name)} takes a text, a number, true or false, or a list of texts`,
  )
}
