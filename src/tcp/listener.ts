import type { AddressInfo } from 'node:net'
import { type Address, formatHostPort, parseHostPort, resolveHost } from '../core/address.ts'
import { systemError } from '../core/errors.ts'
import { listenStream } from '../stream/listener.ts'
import type { Endpoint, Listener, ListenOptions } from '../transport/contract.ts'
import { endsOf } from './endpoint.ts'

/**
 * Listens. Every accepted connection is a socket of its own with buffers of its own, so one slow peer slows no other,
 * and the kernel tells the peers apart.
 */
export async function listen(
  at: Address,
  options: ListenOptions,
  serve: (endpoint: Endpoint) => void,
): Promise<Listener> {
  const { host, port } = parseHostPort(at)
  const [first] = await resolveHost(host, 0, 'tcp')
  return listenStream(
    {
      where: { host: first?.host ?? host, port },
      who: 'tcp',
      address: (server) => {
        const bound = server.address() as AddressInfo
        return formatHostPort(bound.address, bound.port)
      },
      describe: endsOf,
    },
    options,
    serve,
  ).catch((error: unknown) => {
    throw systemError(error, `tcp: cannot bind ${at}`)
  })
}
