import type { NetcmpError } from '../core/errors.ts'
import type { Finding } from '../report/findings.ts'

/** Whether `netcmp lab` works here, where it was tried; `obstacle` says why not. It bends no figure. */
export function labFinding(obstacle: NetcmpError | undefined): Finding {
  const check = 'lab'
  if (obstacle === undefined) {
    return { check, level: 'ok', text: 'netcmp lab can make two hosts of its own here: tried', remedy: null }
  }
  const why = obstacle.message.replace(/^lab: /, '')
  return { check, level: 'note', text: `no netcmp lab here: it ${why}`, remedy: null }
}
