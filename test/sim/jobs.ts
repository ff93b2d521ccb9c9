import type { Job } from '../../src/workload/job.ts'
import type { WorkloadName } from '../../src/workload/names.ts'

export const US = 1_000
export const MS = 1_000_000

/** 100 messages, one a millisecond, unless said otherwise. */
export function job(workload: WorkloadName, changed: Partial<Job> = {}): Job {
  return {
    workload,
    sizeBytes: 64,
    ratePerSec: 1000,
    durationNs: 100 * MS,
    timeoutNs: 50 * MS,
    members: 3,
    streams: 1,
    direction: 'up',
    sameClock: false,
    originNs: 0,
    verify: false,
    ...changed,
  }
}

/** Histograms round to 0.05 %. */
export function near(value: number): unknown {
  return {
    asymmetricMatch: (other: unknown) => typeof other === 'number' && Math.abs(other - value) <= 5e-4 * value,
  }
}
