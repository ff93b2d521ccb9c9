import { abortable, throwIfAborted } from '../core/abort.ts'
import * as c from './constants.ts'
import { failure } from './libc.ts'
import type { Loop } from './loop.ts'
import { OptionsOf } from './socket.ts'
import { socketAddress } from './socket-address.ts'
import { NativeStreamSocket } from './stream-socket.ts'

export interface Connecting {
  /** Not blocking; closed where connecting fails. */
  readonly fd: number
  readonly family: 4 | 6
  readonly host: string
  readonly port: number
  readonly noDelay: boolean
  readonly timed?: boolean | undefined
}

/** Connects a stream socket. Rejects with the system's own error, or with ABORTED. */
export async function connectStream(
  loop: Loop,
  { fd, family, host, port, noDelay, timed }: Connecting,
  signal: AbortSignal | undefined,
): Promise<NativeStreamSocket> {
  const { libc, scratch } = loop
  try {
    throwIfAborted(signal)
    const options = new OptionsOf(libc, scratch, fd)
    if (noDelay) options.set(c.IPPROTO_TCP, c.TCP_NODELAY, 1)
    const name = socketAddress(host, family, port)
    scratch.bytes.set(name)
    let result = libc.connect(fd, scratch.address, name.length)
    // On one host the handshake is over by now: to ask once more costs less than to be woken for it.
    if (result === -c.EINPROGRESS) result = libc.connect(fd, scratch.address, name.length)
    if (result === -c.EALREADY) result = await connected(loop, fd, options, signal)
    if (result < 0) throw failure('connect', result)
    return new NativeStreamSocket(loop, fd, timed)
  } catch (error) {
    libc.close(fd)
    throw error
  }
}

/** Resolves with 0, or with the error as the kernel gives it. */
function connected(
  loop: Loop,
  fd: number,
  options: OptionsOf,
  signal: AbortSignal | undefined,
): Promise<number> {
  return abortable(
    signal,
    (resolve) => {
      const settle = () => {
        loop.unwatch(fd)
        resolve(-options.get(c.SOL_SOCKET, c.SO_ERROR))
        return true
      }
      loop.watch(fd, { readable: settle, writable: settle }, c.EPOLLOUT)
    },
    () => loop.unwatch(fd),
  )
}
