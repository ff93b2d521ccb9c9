import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'vitest'
import { BIN, Running } from '../cli/run-netcmp.ts'
import { needsLab } from '../cli/tools.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Nobody may read the folder of another's clone: for this user it is where everybody may. */
const UNPRIVILEGED =
  'mount --bind "$1" /mnt && shift && exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"'

const asNobody = (command: readonly string[]) =>
  ['unshare', '--mount', 'sh', '-c', UNPRIVILEGED, 'sh', ROOT, ...command] as const

export interface User {
  readonly name: string
  /** Skips the test, with the reason, where this user cannot make a lab. */
  needsLab(context: TestContext): void
  /** `command`: lab, unless it is another that makes one. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>, command?: string): Running
}

/** Whoever runs the tests, and an unprivileged user beside root. */
export const users: readonly User[] = [
  {
    name: process.getuid?.() === 0 ? 'root' : 'this user',
    needsLab,
    start: (args, env, command = 'lab') => new Running(process.execPath, [BIN, command, ...args], env),
  },
  {
    name: 'an unprivileged user',
    needsLab(context) {
      context.skip(process.getuid?.() !== 0, 'the tests are run by one')
      const [file, ...args] = asNobody([process.execPath, '/mnt/dist/bin.js', 'doctor', '--format', 'json'])
      const { status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8' })
      context.skip(
        status !== 0,
        `needs unshare and setpriv, and a node that others may start: ${stderr?.trim()}`,
      )
      const found: { check: string; level: string; text: string }[] = JSON.parse(stdout)
      const lab = found.find(({ check }) => check === 'lab')
      context.skip(lab?.level !== 'ok', lab?.text)
    },
    start(args, env, command = 'lab') {
      const [file, ...rest] = asNobody([process.execPath, '/mnt/dist/bin.js', command, ...args])
      return new Running(file, rest, env)
    },
  },
]
