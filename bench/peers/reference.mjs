import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ran } from './programs.mjs'

const SOURCES = new URL('../c/', import.meta.url)

let folder

/** Runs one of the loops of bench/c, which is compiled before its first run, and reads the line that it prints. */
export async function reference(name, ...args) {
  folder ??= newFolder()
  const program = join(folder.path, name)
  folder.compiled[name] ??= ran('gcc', ['-O2', '-o', program, fileURLToPath(new URL(`${name}.c`, SOURCES))])
  await folder.compiled[name]
  return JSON.parse((await ran(program, args.map(String))).stdout)
}

function newFolder() {
  const path = mkdtempSync(join(tmpdir(), 'netcmp-bench-'))
  process.once('exit', () => rmSync(path, { recursive: true, force: true }))
  return { path, compiled: {} }
}
