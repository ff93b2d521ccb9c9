import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { NetcmpError } from '../core/errors.ts'
import { drawRoster, type RosterRow, rosterRow } from '../report/roster.ts'
import { printable } from '../report/text.ts'
import type { CompareFlags } from './flags.ts'
import { columns, emit, whyNoFile } from './output.ts'
import { readSaved } from './saved-result.ts'

/** As `fileNameFor` writes it. */
const STAMP = /-\d{8}T\d{6}Z(-\d+)?$/

const MOST_NAMED = 5

/** `netcmp roster DIR`: one table of all results in a folder, the newest last. Throws BAD_VALUE. */
export async function rosterCommand(folder: string, { format }: Pick<CompareFlags, 'format'>): Promise<void> {
  const rows: RosterRow[] = []
  const skipped: string[] = []
  for (const entry of await entriesOf(folder)) {
    if (entry.name.startsWith('.')) continue
    const row = await rowOf(folder, entry)
    if (row === undefined) skipped.push(printable(entry.name))
    else rows.push(row)
  }
  if (skipped.length > 0) {
    const more = skipped.length > MOST_NAMED ? ` and ${skipped.length - MOST_NAMED} more` : ''
    process.stderr.write(`netcmp: skipped, no results: ${skipped.slice(0, MOST_NAMED).join(', ')}${more}\n`)
  }
  if (rows.length === 0) throw new NetcmpError('BAD_VALUE', `netcmp: no results in ${folder}`)
  await emit(drawRoster(rows, format, columns()), undefined)
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new NetcmpError(
      'BAD_VALUE',
      `netcmp: cannot read ${folder}: ${missing ? 'no such folder' : whyNoFile(error)}`,
      { cause: error },
    )
  }
}

async function rowOf(folder: string, entry: Dirent): Promise<RosterRow | undefined> {
  if (!entry.isFile() || !entry.name.endsWith('.json')) return undefined
  try {
    return rosterRow(
      entry.name.slice(0, -'.json'.length).replace(STAMP, ''),
      await readSaved(join(folder, entry.name)),
    )
  } catch (error) {
    if (error instanceof NetcmpError) return undefined
    throw error
  }
}
