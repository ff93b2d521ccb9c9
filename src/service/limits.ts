import { NetcmpError } from '../core/errors.ts'
import { NS_PER_MS, NS_PER_SEC } from '../core/units.ts'
import type { Traits } from '../transport/contract.ts'
import type { AnyRequest, Refusal } from '../wire/session-messages.ts'
import { isShort } from '../wire/short-message.ts'

/** What clients may make a server hold and do. */
export interface Limits {
  /** At once, of all clients together; one host may have half of them. */
  readonly maxSessions: number
  /** Messages per second that one session may send, and be sent; Infinity: as many as come. */
  readonly maxRatePerSec: number
  /** Longest run that is accepted. */
  readonly maxDurationNs: number
  /** Bytes of messages that one session may move, both ways together. */
  readonly maxBytes: number
  /** A session that was not heard for so long is forgotten. */
  readonly idleNs: number
}

export const defaultLimits: Limits = {
  maxSessions: 4096,
  maxRatePerSec: Number.POSITIVE_INFINITY,
  maxDurationNs: 3600 * NS_PER_SEC,
  maxBytes: Number.POSITIVE_INFINITY,
  idleNs: 60 * NS_PER_SEC,
}

/** Fills in the defaults. Throws BAD_VALUE where a limit is not over 0. */
export function settleLimits(given: Partial<Limits>): Limits {
  const limits = { ...defaultLimits, ...given }
  for (const [name, value] of Object.entries(limits)) {
    if (!(value > 0))
      throw new NetcmpError('BAD_VALUE', `netcmp: limit ${name} has to be over 0, not ${value}`)
  }
  return limits
}

/** Why what is asked for is over what one session may do; undefined where it is not. */
export function overLimit(request: AnyRequest, limits: Limits, traits: Traits): Refusal | undefined {
  if (request.workload === 'collect') {
    const { maxBytes } = limits
    if (request.sizeBytes <= maxBytes) return undefined
    return {
      code: 'BYTES',
      reason: `a result of ${request.sizeBytes} B is over the ${maxBytes} B of a session`,
    }
  }
  const { workload, sizeBytes, ratePerSec, durationNs } = request
  if (workload !== 'echo' && isShort(sizeBytes)) {
    return {
      code: 'SIZE',
      reason: `messages of ${sizeBytes} B have no room for a header: only echo does without`,
    }
  }
  if (sizeBytes > traits.maxMessageBytes) {
    return { code: 'SIZE', reason: `messages of ${sizeBytes} B are over its ${traits.maxMessageBytes} B` }
  }
  const { maxRatePerSec, maxDurationNs } = limits
  if (ratePerSec === 'max' ? maxRatePerSec < Number.POSITIVE_INFINITY : ratePerSec > maxRatePerSec) {
    const asked = ratePerSec === 'max' ? 'as fast as possible' : `${ratePerSec}/s`
    return { code: 'RATE', reason: `${asked} is over its ${maxRatePerSec}/s (try --rate ${maxRatePerSec})` }
  }
  if (durationNs > maxDurationNs) {
    const longest = `${maxDurationNs / NS_PER_MS}ms`
    return {
      code: 'DURATION',
      reason: `a run of ${durationNs / NS_PER_MS} ms is over its ${longest} (try --duration ${longest})`,
    }
  }
  return undefined
}
