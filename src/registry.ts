import { NetcmpError } from './core/errors.ts'
import { icmp } from './icmp/index.ts'
import { tcp } from './tcp/index.ts'
import type { Transport } from './transport/contract.ts'
import { udp } from './udp/index.ts'
import { unix } from './unix/index.ts'
import { unixgram } from './unixgram/index.ts'

/** Every transport; a new one is a folder and a line here. */
export const transports: readonly Transport[] = [
  tcp, //
  udp,
  unix,
  unixgram,
  icmp,
]

/** Throws UNKNOWN_TRANSPORT. */
export function findTransport(name: string): Transport {
  const found = transports.find((each) => each.name === name)
  if (found) return found
  const known = transports.map((each) => each.name).join(', ')
  throw new NetcmpError('UNKNOWN_TRANSPORT', `netcmp: no transport is called "${name}" (known: ${known})`)
}
