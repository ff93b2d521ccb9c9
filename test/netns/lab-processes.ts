import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const NAMESPACES = ['net', 'mnt', 'pid', 'user', 'uts'] as const

/** A process, seen from this computer's own. */
export interface Seen {
  readonly pid: number
  readonly command: string
  /** As /proc names them: `net:[4026531840]`. */
  readonly namespaces: readonly string[]
}

/** The process and all that it began, directly or not. */
export function treeOf(pid: number): Seen[] {
  const seen = look(pid)
  return seen === undefined ? [] : [seen, ...childrenOf(pid).flatMap(treeOf)]
}

function look(pid: number): Seen | undefined {
  try {
    if (isOver(pid)) return undefined
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    return { pid, command, namespaces: NAMESPACES.map((name) => readlinkSync(`/proc/${pid}/ns/${name}`)) }
  } catch {
    return undefined
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' '))
      .filter((child) => child !== '')
      .map(Number)
  } catch {
    return []
  }
}

/** Gone, or dead and waited for by nobody yet: that is not for whoever it belonged to. */
export function isOver(pid: number): boolean {
  try {
    return /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return true
  }
}

/** Waits until something holds, for as long as a test may take. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate)
}

/** What of these processes is still there: themselves, a namespace that was theirs alone, a mount or a device of a lab. */
export function leftOf(tree: readonly Seen[]): string[] {
  const ours = new Set(look(process.pid)?.namespaces)
  const theirs = new Set(tree.flatMap(({ namespaces }) => namespaces).filter((each) => !ours.has(each)))
  const inUse = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => look(Number(name)) ?? [])
    .flatMap(({ pid, namespaces }) =>
      namespaces.filter((each) => theirs.has(each)).map((each) => `${pid} in ${each}`),
    )
  return [
    ...tree.filter(({ pid }) => !isOver(pid)).map(({ command }) => command),
    ...inUse,
    ...readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .filter((line) => /\bnetcmp\b|to-(client|server)/.test(line)),
    ...execFileSync('ip', ['-o', 'link'], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => /to-(client|server)/.test(line)),
  ]
}
