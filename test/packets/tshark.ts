import { execFileSync, spawnSync } from 'node:child_process'
import type { TestContext } from 'vitest'

/** Skips a test, with its reason, where there is no tshark. */
export function needsTshark({ skip }: TestContext): void {
  skip(spawnSync('tshark', ['--version']).error !== undefined, 'tshark is not installed')
}

/** What tshark reads in a capture: for each frame the values of these fields, a missing one as an empty text. */
export function dissected(file: string, fields: readonly string[], filter = ''): string[][] {
  const asked = fields.flatMap((field) => ['-e', field])
  const args = ['-n', '-r', file, '-T', 'fields', ...asked, ...(filter === '' ? [] : ['-Y', filter])]
  const text = execFileSync('tshark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.split('\t'))
}
