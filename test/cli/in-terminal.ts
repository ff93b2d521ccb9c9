import type { TestContext } from 'vitest'
import { Running } from './run-netcmp.ts'
import { needs, needsLinux } from './tools.ts'

/** Runs a shell command in a terminal of so many columns; what it prints there is its stdout. */
export function inTerminal(context: TestContext, columns: number, command: string): Running {
  needs(context, 'script')
  // Other systems have a `script` with other options.
  needsLinux(context)
  return new Running('script', ['-qec', `stty cols ${columns} rows 40; ${command}`, '/dev/null'])
}
