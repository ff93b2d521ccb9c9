import type { AddressInfo } from 'node:net'
import {
  type Address,
  formatHostPort,
  parseHostPort,
  type ResolvedHost,
  resolveHost,
} from '../core/address.ts'
import { systemError } from '../core/errors.ts'
import { sharedLoop } from '../native/shared-loop.ts'
import { openSocket } from '../native/socket.ts'
import { NativeStreamServer } from '../native/stream-server.ts'
import type { ByteServer } from '../stream/byte-socket.ts'
import { listenStream } from '../stream/listener.ts'
import type { Endpoint, Listener, ListenOptions, SocketOptions } from '../transport/contract.ts'
import { connectionOf } from './endpoint.ts'

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
  const [first = { host, family: 4 as const }] = await resolveHost(host, 0, 'tcp')
  const where = { host: first.host, port }
  return listenStream(
    {
      where: options.socket ? await own(first, port, options.socket, options.nagle !== true) : where,
      who: 'tcp',
      address: (server) => {
        const bound = server.address() as AddressInfo
        return formatHostPort(bound.address, bound.port)
      },
      describe: connectionOf,
    },
    options,
    serve,
  ).catch((error: unknown) => {
    throw systemError(error, `tcp: cannot bind ${at}`)
  })
}

/** A socket made by system calls, for node or for our own loop; what it accepts has its options too. */
async function own(
  { host, family }: ResolvedHost,
  port: number,
  options: SocketOptions,
  noDelay: boolean,
): Promise<ByteServer | { fd: number }> {
  const loop = options.engine === 'native' ? await sharedLoop() : undefined
  const fd = await openSocket({ who: 'tcp', kind: 'stream', family, options, at: { host, port } })
  return loop ? new NativeStreamServer(loop, fd, noDelay) : { fd }
}
