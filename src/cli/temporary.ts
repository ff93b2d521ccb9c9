import { randomBytes } from 'node:crypto'
import { unlinkSync } from 'node:fs'
import { join } from 'node:path'

/** The number is that of the process that writes it. */
const NAME = /^\.netcmp-(\d{1,9})-[0-9a-f]{16}\.tmp$/

/** A name for a file that is being written, which nobody takes for a result. */
export function temporaryName(): string {
  return `.netcmp-${process.pid}-${randomBytes(8).toString('hex')}.tmp`
}

/** Removes a file that a killed process left half written. False: it is none, or must stay. */
export function removeLeftBehind(folder: string, name: string): boolean {
  const pid = NAME.exec(name)?.[1]
  if (pid === undefined || isWriting(Number(pid))) return false
  try {
    unlinkSync(join(folder, name))
    return true
  } catch {
    return false
  }
}

/** This process, which has only begun, writes nothing yet: one of earlier had the same number. */
function isWriting(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
