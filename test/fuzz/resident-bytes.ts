import { readFileSync } from 'node:fs'

/** Resident memory of a process; undefined where the system does not tell. */
export function residentBytes(pid: number): number | undefined {
  return bytesOf(pid, 'VmRSS')
}

/** The most that it ever was. */
export function mostResidentBytes(pid: number): number | undefined {
  return bytesOf(pid, 'VmHWM')
}

function bytesOf(pid: number, name: string): number | undefined {
  if (process.platform !== 'linux') return undefined
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1])
}
