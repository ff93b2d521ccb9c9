import { availableParallelism } from 'node:os'
import * as c from './constants.ts'
import type { Libc } from './libc.ts'

/** Where things are in struct sched_attr (linux/sched/types.h), by their names there; and how long its first version is. */
export const ATTRIBUTES = { policy: 4, priority: 20, runtime: 24 }
export const ATTRIBUTES_BYTES = 48

/** The shortest that Linux takes. */
const SLICE_NS = 100_000
const LOWEST_PRIORITY = 1

/**
 * Has this thread run as soon as it has something to do, though others want the processor: before all programs where that
 * is permitted (SCHED_RR, CAP_SYS_NICE; sched(7)); else in short slices, which come sooner (Linux 6.12).
 */
export function bePunctual(libc: Libc): void {
  const { view, address, free } = libc.alloc(ATTRIBUTES_BYTES)
  const attempt = (policy: number, priority: number, runtimeNs: number): boolean => {
    view.setUint32(0, ATTRIBUTES_BYTES, true)
    view.setUint32(ATTRIBUTES.policy, policy, true)
    view.setUint32(ATTRIBUTES.priority, priority, true)
    view.setUint32(ATTRIBUTES.runtime, runtimeNs, true)
    return libc.sched_setattr(address) >= 0
  }
  // Where there is one processor, whom it passes packets for would have none.
  const isFirst = availableParallelism() > 1 && attempt(c.SCHED_RR, LOWEST_PRIORITY, 0)
  if (!isFirst) attempt(c.SCHED_OTHER, 0, SLICE_NS)
  free()
}
