import { type Access, accessList } from '../core/access.ts'
import { NetcmpError } from '../core/errors.ts'
import { parseDuration, parseRate, parseSize } from '../core/units.ts'
import type { Limits } from '../service/limits.ts'
import { wholeNumber } from './flags.ts'
import { keyIn } from './key.ts'

/** Flags of `serve` that say who may use it, and how much. */
export interface GuardFlags {
  key?: string
  allow?: readonly string[]
  deny?: readonly string[]
  maxSessions: string
  maxRate?: string
  maxDuration: string
  maxBytes?: string
  idleTimeout: string
}

interface Guard {
  readonly access: Access
  readonly key: Uint8Array | undefined
  readonly limits: Partial<Limits>
}

export function guardOf(flags: GuardFlags): Guard {
  return {
    access: accessList(flags.allow ?? [], flags.deny ?? []),
    key: keyIn(flags.key),
    limits: {
      maxSessions: over0('--max-sessions', wholeNumber('--max-sessions', flags.maxSessions)),
      maxDurationNs: parseDuration(flags.maxDuration),
      idleNs: parseDuration(flags.idleTimeout),
      ...(flags.maxRate === undefined ? {} : { maxRatePerSec: limitRate(flags.maxRate) }),
      ...(flags.maxBytes === undefined ? {} : { maxBytes: over0('--max-bytes', parseSize(flags.maxBytes)) }),
    },
  }
}

function over0(flag: string, value: number): number {
  if (value > 0) return value
  throw new NetcmpError('BAD_VALUE', `netcmp: ${flag} has to be over 0`)
}

function limitRate(text: string): number {
  const rate = parseRate(text)
  if (rate !== 'max') return rate
  throw new NetcmpError('BAD_VALUE', 'netcmp: --max-rate takes a number, not max (leave it out for no limit)')
}
