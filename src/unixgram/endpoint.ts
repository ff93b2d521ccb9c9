import { throwIfAborted } from '../core/abort.ts'
import type { Address } from '../core/address.ts'
import { systemError } from '../core/errors.ts'
import { checkPath } from '../core/socket-path.ts'
import { DialledEndpoint } from '../datagrams/dialled-endpoint.ts'
import { NativeMessageSocket } from '../native/message-socket.ts'
import { loopFor } from '../native/shared-loop.ts'
import { openUnixSocket } from '../native/unix-socket.ts'
import type { DialOptions, Endpoint, Traits } from '../transport/contract.ts'
import { carrier } from './carrier.ts'

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

/** Opens a socket with a name of its own, to be answered at, and this path as its only peer. Not a byte leaves. */
export async function dial(to: Address, options: DialOptions, signal?: AbortSignal): Promise<Endpoint> {
  checkPath(carrier.who, to)
  throwIfAborted(signal)
  const loop = await loopFor(options.socket)
  throwIfAborted(signal)
  try {
    const { fd, name } = openUnixSocket(loop.libc, { to })
    const socket = new NativeMessageSocket(loop, fd)
    return new DialledEndpoint(carrier, [{ socket, local: name, remote: to }], options)
  } catch (error) {
    throw systemError(error, `unixgram: cannot reach ${to}`)
  }
}
