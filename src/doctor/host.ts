import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, platform } from 'node:os'

/** What the checks ask a computer. Tests answer in its place. */
export interface Host {
  /** As node names it: `linux`, `darwin`. */
  readonly platform: string
  /** Cores that this process may use. */
  readonly cores: number
  /** The text of a file without the space around it; undefined where there is none, or it may not be read. */
  read(path: string): string | undefined
  /** Names in a folder; none where there is no such folder. */
  list(path: string): readonly string[]
  /** What a program that changes nothing prints. */
  run(program: string, args: readonly string[]): Printed
}

export type Printed = { readonly text: string } | { readonly missing: true } | { readonly failed: true }

/** Longer than any of the programs takes that is well. */
const PATIENCE_MS = 5_000

export const thisHost: Host = {
  platform: platform(),
  cores: availableParallelism(),
  read(path) {
    try {
      return readFileSync(path, 'utf8').trim()
    } catch {
      return undefined
    }
  },
  list(path) {
    try {
      return readdirSync(path)
    } catch {
      return []
    }
  },
  run(program, args) {
    const { error, status, stdout } = spawnSync(program, args, {
      encoding: 'utf8',
      timeout: PATIENCE_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return { missing: true }
    return error || status !== 0 ? { failed: true } : { text: stdout }
  },
}

/** A file that holds one number; undefined where it does not. */
export function numberIn(host: Host, path: string): number | undefined {
  const text = host.read(path)
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}
