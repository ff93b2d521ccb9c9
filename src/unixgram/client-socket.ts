import { chmodSync, rmSync } from 'node:fs'
import type { Address } from '../core/address.ts'
import type { Loop } from '../native/loop.ts'
import { NativeMessageSocket } from '../native/message-socket.ts'
import { openUnixSocket, unixName } from '../native/unix-socket.ts'

const ONLY_OWNER = 0o600

/**
 * A socket that talks to one listener, at a path of its own where it is answered. The file's mode is the only gate: it keeps
 * other users from sending to it.
 */
export class ClientSocket extends NativeMessageSocket {
  readonly path: Address

  /** Throws the system's own error where nobody listens. */
  constructor(loop: Loop, path: Address, to: Address) {
    const { libc } = loop
    const name = unixName(to)
    const room = openUnixSocket(libc, { to: name }).fd
    let fd = -1
    try {
      fd = openUnixSocket(libc, { at: unixName(path) }).fd
      chmodSync(path, ONLY_OWNER)
    } catch (error) {
      libc.close(room)
      if (fd >= 0) {
        libc.close(fd)
        rmSync(path, { force: true })
      }
      throw error
    }
    super(loop, fd, { name, fd: room })
    this.path = path
  }

  override close(closed: () => void): void {
    rmSync(this.path, { force: true })
    super.close(closed)
  }
}
