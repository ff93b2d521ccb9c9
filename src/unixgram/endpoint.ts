import { throwIfAborted } from '../core/abort.ts'
import type { Address } from '../core/address.ts'
import { systemError } from '../core/errors.ts'
import { checkPath, freshPath } from '../core/socket-path.ts'
import { DialledEndpoint } from '../datagrams/dialled-endpoint.ts'
import { loopFor } from '../native/shared-loop.ts'
import type { DialOptions, Endpoint, Traits } from '../transport/contract.ts'
import { carrier } from './carrier.ts'
import { ClientSocket } from './client-socket.ts'

/**
 * What datagrams over a path promise. A message is whole, as over UDP; but the kernel puts it straight into the receiver's
 * queue, in order, and where that is full the sender waits: nothing is lost. Neither end learns that the other has gone,
 * except by sending to it.
 */
export const traits: Traits = {
  boundaries: 'native',
  connected: false,
  answeredBy: 'server',
  reliable: true,
  ordered: true,
  handshakeRtts: 0,
  maxMessageBytes: carrier.mostBytes,
}

/**
 * Opens a socket with a file of its own, to be answered at. Not a byte leaves. It does not connect: what a connected socket
 * has not read is not bounded by its own queue, but by the buffer from which the listener answers everybody.
 */
export async function dial(to: Address, options: DialOptions, signal?: AbortSignal): Promise<Endpoint> {
  const own = freshPath()
  for (const path of [to, own]) checkPath(carrier.who, path)
  throwIfAborted(signal)
  const loop = await loopFor(options.socket)
  throwIfAborted(signal)
  try {
    const socket = new ClientSocket(loop, own, to)
    return new DialledEndpoint(carrier, [{ socket, local: socket.path, remote: to }], options)
  } catch (error) {
    throw systemError(error, `unixgram: cannot reach ${to}`)
  }
}
