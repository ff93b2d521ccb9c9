import * as c from './constants.ts'
import { failure } from './libc.ts'
import type { Loop } from './loop.ts'
import { OptionsOf } from './socket.ts'
import { socketAddress } from './socket-address.ts'
import { NativeStreamSocket } from './stream-socket.ts'

export interface Connecting {
  readonly fd: number
  readonly family: 4 | 6
  readonly host: string
  readonly port: number
  readonly noDelay: boolean
  readonly timed?: boolean | undefined
}

/** Connects a stream socket. Rejects with the system's own error; the descriptor is then closed. `undo` is how to give up. */
export function connectStream(
  loop: Loop,
  { fd, family, host, port, noDelay, timed }: Connecting,
): { socket: Promise<NativeStreamSocket>; undo: () => void } {
  const { libc, scratch } = loop
  let undo = () => {}
  const socket = new Promise<NativeStreamSocket>((resolve, reject) => {
    const failed = (result: number) => {
      libc.close(fd)
      reject(failure('connect', result))
    }
    const options = new OptionsOf(libc, scratch, fd)
    if (noDelay) options.set(c.IPPROTO_TCP, c.TCP_NODELAY, 1)
    const name = socketAddress(host, family, port)
    scratch.bytes.set(name)
    const result = libc.connect(fd, scratch.address, name.length)
    if (result < 0 && result !== -c.EINPROGRESS) return failed(result)
    const settle = () => {
      loop.unwatch(fd)
      const error = options.get(c.SOL_SOCKET, c.SO_ERROR)
      if (error !== 0) failed(-error)
      else resolve(new NativeStreamSocket(loop, fd, timed))
      return true
    }
    undo = () => {
      loop.unwatch(fd)
      libc.close(fd)
    }
    loop.watch(fd, { readable: settle, writable: settle }, c.EPOLLOUT)
  })
  return { socket, undo: () => undo() }
}
