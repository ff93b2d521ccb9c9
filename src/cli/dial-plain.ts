import { NetcmpError } from '../core/errors.ts'
import { hostClock } from '../core/host-clock.ts'
import { parseDuration } from '../core/units.ts'
import type { Endpoint, PlainProtocol, Transport } from '../transport/contract.ts'
import { familyOf } from './flags.ts'

export interface PlainFlags {
  proto: string
  timeout: string
  ipv4?: boolean
  ipv6?: boolean
}

/** Dials a plain service, no longer than `--timeout`. */
export async function dialPlain(
  transport: Transport,
  protocol: PlainProtocol,
  address: string,
  flags: PlainFlags,
): Promise<Endpoint> {
  const late = new NetcmpError(
    'TIMEOUT',
    `${transport.name}: no answer from ${address} within ${flags.timeout}`,
  )
  const giveUp = new AbortController()
  const timer = setTimeout(() => giveUp.abort(late), parseDuration(flags.timeout) / 1e6)
  try {
    return await protocol.dial(address, { clock: hostClock, family: familyOf(flags) }, giveUp.signal)
  } finally {
    clearTimeout(timer)
  }
}
