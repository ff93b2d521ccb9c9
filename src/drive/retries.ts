import { NS_PER_MS } from '../core/units.ts'

/** How often a question is asked before nobody is there: with 30 % lost each way, so many in a row are lost once in 700,000 times. */
export const LEAST_TRIES = 20

const FIRST_WAIT_NS = 50 * NS_PER_MS

/** How long to wait for an answer that the network may have lost, before the same is asked again. */
export function firstWaitNs(timeoutNs: number): number {
  return Math.min(FIRST_WAIT_NS, timeoutNs)
}

/** Each further time twice as long, as far as that leaves tries enough within the timeout. */
export function nextWaitNs(waitNs: number, timeoutNs: number): number {
  return Math.min(2 * waitNs, Math.max(FIRST_WAIT_NS, timeoutNs / LEAST_TRIES))
}
