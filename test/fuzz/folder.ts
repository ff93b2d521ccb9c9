import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { fileNameFor } from '../../src/cli/collect.ts'

/** All that a folder of results may hold. */
const FOLDER_BYTES = 1024 ** 3

/** Larger than what is compared byte by byte. */
const LARGE_BYTES = 1024 * 1024

/** Everything in a folder, however deep, by its path: which file it is, and what is in it. Follows no link. */
export function everythingIn(folder: string, under = ''): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of readdirSync(join(folder, under))) {
    const path = join(under, name)
    const file = join(folder, path)
    const stat = lstatSync(file)
    found[path] = `${stat.ino} ${stat.mode}`
    // A folder's time and size change with what is in it, which is compared anyway.
    if (stat.isDirectory()) Object.assign(found, everythingIn(folder, path))
    else found[path] += ` ${stat.size} ${stat.mtimeMs}`
    if (stat.isSymbolicLink()) found[path] += ` ${readlinkSync(file)}`
    if (stat.isFile() && stat.size < LARGE_BYTES) found[path] += ` ${readFileSync(file, 'latin1')}`
  }
  return found
}

/**
 * A folder that has room for so many bytes more, with links in it that lead out, and beside it what nobody may touch;
 * `before` is all of it, as it has to stay.
 */
export function trappedFolder(roomBytes: number) {
  const parent = mkdtempSync(join(tmpdir(), 'netcmp-attack-'))
  onTestFinished(() => rmSync(parent, { recursive: true }))
  const dir = join(parent, 'class', 'of', 'results')
  mkdirSync(dir, { recursive: true })
  for (const near of ['..', '../..', '../../..']) writeFileSync(join(dir, near, 'canary'), 'canary')
  symlinkSync('../canary', join(dir, 'link.json'))
  symlinkSync('../made', join(dir, 'dangling.json'))
  symlinkSync('..', join(dir, 'up'))
  // As the server will name them, whenever it does.
  for (let second = 0; second < 120; second++) {
    const at = new Date(Date.now() + second * 1000)
    symlinkSync('../canary', join(dir, fileNameFor('link', at)))
    symlinkSync('../made', join(dir, fileNameFor('dangling', at)))
  }
  writeFileSync(join(dir, 'large'), '')
  truncateSync(join(dir, 'large'), FOLDER_BYTES - roomBytes)
  return { parent, dir, before: everythingIn(parent) }
}
