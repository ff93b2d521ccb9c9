import { readFileSync } from 'node:fs'

/** Resident memory of a process; undefined where the system does not tell. */
export function residentBytes(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined
  return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}
