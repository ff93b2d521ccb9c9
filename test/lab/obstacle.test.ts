import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { type Computer, labObstacle, refusedLab } from '../../src/lab/obstacle.ts'

const folder = mkdtempSync(join(tmpdir(), 'netcmp-programs-'))
afterAll(() => rmSync(folder, { recursive: true }))
for (const name of ['unshare', 'nsenter', 'mount', 'ip']) {
  writeFileSync(join(folder, name), '')
  chmodSync(join(folder, name), 0o755)
}

/** A Linux with everything, whose files are only these. */
function computer(files: Readonly<Record<string, string>> = {}, change: Partial<Computer> = {}): Computer {
  return {
    platform: 'linux',
    env: { PATH: folder },
    read: (path) => files[path],
    whyNoSystemCalls: () => undefined,
    ...change,
  }
}

it('finds nothing in the way where all is there', () => {
  expect(labObstacle(computer())).toBeUndefined()
})

it.each<[string, Partial<Computer>]>([
  [
    'lab: makes its hosts on Linux only (use a virtual machine with Linux; on Windows, WSL 2)',
    { platform: 'darwin' },
  ],
  [
    'lab: needs the program unshare, which is not there (install util-linux, or add its folder to PATH)',
    { env: { PATH: join(folder, 'none') } },
  ],
  [
    'lab: makes its link by system calls: it needs the package koffi (npm install koffi)',
    { whyNoSystemCalls: () => 'it needs the package koffi (npm install koffi)' },
  ],
])('%s', (line, change) => {
  expect(labObstacle(computer({}, change))).toMatchObject({ code: 'UNAVAILABLE', exitCode: 2, message: line })
})

const SAID = 'a warning\nunshare: unshare failed: Operation not permitted\n'
const WHY = 'lab: cannot have networks of its own here: unshare: unshare failed: Operation not permitted'

// Breaks when a system that forbids them is told no way out, or the wrong one.
it.each<[string, Record<string, string>, Partial<Computer>]>([
  [
    'sudo sysctl -w kernel.unprivileged_userns_clone=1, or run it as root',
    { '/proc/sys/kernel/unprivileged_userns_clone': '0' },
    {},
  ],
  [
    'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or run it as root',
    {
      '/proc/sys/kernel/unprivileged_userns_clone': '1',
      '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1',
    },
    {},
  ],
  [
    'sudo sysctl -w user.max_user_namespaces=15000, or run it as root',
    { '/proc/sys/user/max_user_namespaces': '0', '/.dockerenv': '' },
    {},
  ],
  ['a container needs --privileged for it', { '/.dockerenv': '' }, {}],
  ['a container needs --privileged for it', {}, { env: { container: 'podman' } }],
  ['run it as root; in a sandbox or a container, outside of it', {}, {}],
])('a refusal ends with the remedy: %s', (remedy, files, change) => {
  expect(refusedLab(SAID, computer(files, change)).message).toBe(`${WHY} (${remedy})`)
})
