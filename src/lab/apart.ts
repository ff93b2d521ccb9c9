import { readFileSync } from 'node:fs'

/** linux/capability.h: what making networks and mounts takes. */
const NET_ADMIN = 12n
const SYS_ADMIN = 21n

const SHELL = '/bin/sh'

/**
 * The command line that runs a program with networks, mounts and process numbers of its own, as root or as any user who
 * may be root among processes of their own. All of them are gone when any of the processes in between is.
 */
export function apart(command: readonly string[]): string[] {
  const user = mayDoAll() ? [] : ['--user', '--map-root-user']
  const own = [...user, '--net', '--mount', '--pid', '--fork', '--kill-child']
  // Of Ctrl-C the program is to hear, and not an unshare before 2.37, which would end and leave it. Whoever has the first
  // process number also takes leave of processes that nobody else waits for, which a shell does.
  const quiet = [SHELL, '-c', 'trap "" INT TERM; exec "$@"', 'sh']
  return [...quiet, 'unshare', ...own, '--', SHELL, '-c', '"$@"; exit $?', 'sh', ...command]
}

/** Whether this process has what it takes without a user namespace. */
function mayDoAll(): boolean {
  if (process.getuid?.() !== 0) return false
  const [, effective = '0'] = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  const has = (bit: bigint) => ((BigInt(`0x${effective}`) >> bit) & 1n) === 1n
  return has(NET_ADMIN) && has(SYS_ADMIN)
}
