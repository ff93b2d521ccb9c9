import type { Target } from '../compare/runner.ts'
import { formatHostPort, parseHostPort } from '../core/address.ts'
import { NetcmpError } from '../core/errors.ts'
import type { Transport } from '../transport/contract.ts'
import { DEFAULT_PORT } from './serve.ts'

/** The host that was typed; `isLab`: of a lab on this computer. Throws BAD_VALUE where a transport reaches no other. */
export function targetAt(typed: string, transports: readonly Transport[], isLab: boolean): Target {
  const { host, port } = parseHostPort(typed, DEFAULT_PORT)
  const addresses = transports.map(({ name, at }) => {
    const address = at(host, port)
    if (address !== undefined) return [name, address] as const
    throw new NetcmpError(
      'BAD_VALUE',
      `${name}: reaches no other host (leave out ${typed}, or take ${name} out of --proto)`,
    )
  })
  // Where only the host itself answers, there is no port.
  const hasPort = transports.some(({ traits }) => traits.answeredBy === 'server')
  const name = hasPort ? formatHostPort(host, port) : host
  return { name, addresses: Object.fromEntries(addresses), sameHost: false, sameClock: isLab }
}

/** Where this host answers by itself. */
export function thisHost(transports: readonly Transport[]): Target {
  const addresses = transports.map(({ name, ephemeral }) => [name, ephemeral()])
  return { name: 'this host', addresses: Object.fromEntries(addresses), sameHost: true }
}
