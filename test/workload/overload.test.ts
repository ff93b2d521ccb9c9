import { expect, it } from 'vitest'
import type { Nanos } from '../../src/core/clock.ts'
import { Bulk } from '../../src/workload/bulk.ts'
import type { Workload } from '../../src/workload/contract.ts'
import { createWorkload } from '../../src/workload/index.ts'
import { job, MS } from '../sim/jobs.ts'

/** Runs a workload whose every send costs so much time, over flows that always take more; returns when it was done. */
function runWithSlowSends(workload: Workload, costNs: number): number {
  for (let flow = 0; flow < workload.sessions; flow++) workload.begin(flow, { hi: 1, lo: flow })
  let now = 0
  for (;;) {
    const step = workload.poll(now as Nanos)
    if (step.kind === 'done') return now
    if (step.kind === 'burst') step.next(step.message)
    now = step.kind === 'wait' ? step.until : now + costNs
  }
}

it.each(['echo', 'bulk', 'chat'] as const)(
  '%s at a rate that nobody keeps up with ends all the same',
  (name) => {
    // A million are due within 100 ms, and each takes 1 ms to send: all of them would take a quarter of an hour.
    const workload = createWorkload(job(name, { ratePerSec: 1e7, durationNs: 100 * MS, timeoutNs: 50 * MS }))
    const endedNs = runWithSlowSends(workload, MS)
    expect(endedNs).toBeLessThanOrEqual(250 * MS)
    const flows = Array.from({ length: workload.flows }, (_, flow) => workload.sentCount(flow))
    expect(flows.reduce((sum, count) => sum + count)).toBe(150)
  },
)

it('bulk lets its flows take turns, all within one duration', () => {
  const workload = new Bulk(job('bulk', { ratePerSec: 'max', streams: 4 }))
  expect(runWithSlowSends(workload, MS)).toBe(100 * MS)
  expect([0, 1, 2, 3].map((flow) => workload.sentCount(flow))).toEqual([25, 25, 25, 25])
})
