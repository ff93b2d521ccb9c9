import { throwIfAborted } from '../core/abort.ts'
import type { Address } from '../core/address.ts'
import { systemError } from '../core/errors.ts'
import { checkPath, freshPath } from '../core/socket-path.ts'
import { DialledEndpoint } from '../datagrams/dialled-endpoint.ts'
import { loopFor } from '../native/loop.ts'
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
 * Opens a socket with a file of its own, to be answered at. It is connected to nobody: where whoever answers is connected to
 * is not bounded by our queue, but by what is everybody's. Not a byte leaves.
 */
export async function dial(to: Address, options: DialOptions, signal?: AbortSignal): Promise<Endpoint> {
  checkPath(carrier.who, to)
  throwIfAborted(signal)
  const loop = await loopFor(options.socket)
  throwIfAborted(signal)
  try {
    const socket = new ClientSocket(loop, freshPath(), to)
    return new DialledEndpoint(carrier, [{ socket, local: socket.path, remote: to }], options)
  } catch (error) {
    throw systemError(error, `unixgram: cannot reach ${to}`)
  }
}
