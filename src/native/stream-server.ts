import { EventEmitter } from 'node:events'
import * as c from './constants.ts'
import { failure } from './libc.ts'
import type { Loop } from './loop.ts'
import type { Watcher } from './poller.ts'
import { addressesOf, OptionsOf } from './socket.ts'
import { NativeStreamSocket } from './stream-socket.ts'

const BACKLOG = 511
const ACCEPTS_PER_TURN = 64
const REST_MS = 20

interface ServerEvents {
  readonly connection: [NativeStreamSocket]
  readonly error: [Error]
}

/** Accepts connections, by system calls. */
export class NativeStreamServer extends EventEmitter<ServerEvents> implements Watcher {
  readonly #loop: Loop
  readonly #fd: number
  #closed = false

  /** @param fd bound; closed where listening throws */
  constructor(loop: Loop, fd: number, noDelay: boolean) {
    super()
    this.#loop = loop
    this.#fd = fd
    // What it accepts inherits it.
    if (noDelay) new OptionsOf(loop.libc, loop.scratch, fd).set(c.IPPROTO_TCP, c.TCP_NODELAY, 1)
    const result = loop.libc.listen(fd, BACKLOG)
    if (result < 0) {
      loop.libc.close(fd)
      throw failure('listen', result)
    }
    loop.watch(fd, this, c.EPOLLIN)
  }

  address(): { address: string; port: number } {
    return addressesOf(this.#loop.libc, this.#fd).local
  }

  readable(): boolean {
    const { libc } = this.#loop
    for (let n = 0; n < ACCEPTS_PER_TURN && !this.#closed; n++) {
      const fd = libc.accept4(this.#fd, 0, 0, c.SOCK_CLOEXEC | c.SOCK_NONBLOCK)
      if (fd === -c.EAGAIN) return n > 0
      if (fd < 0) {
        this.emit('error', failure('accept', fd))
        if (fd === -c.EMFILE || fd === -c.ENFILE) this.#rest()
        return true
      }
      const socket = new NativeStreamSocket(this.#loop, fd)
      try {
        this.emit('connection', socket)
      } catch {
        // The kernel watches no more of them.
        socket.destroy()
      }
    }
    return true
  }

  writable(): void {}

  /** Without descriptors there is nothing to do until somebody closes one. */
  #rest(): void {
    this.#loop.want(this.#fd, false, false)
    setTimeout(() => {
      if (!this.#closed) this.#loop.want(this.#fd, true, false)
    }, REST_MS).unref()
  }

  close(closed: () => void): void {
    if (this.#closed) return
    this.#closed = true
    this.#loop.unwatch(this.#fd)
    this.#loop.libc.close(this.#fd)
    this.#loop.soon(closed)
  }
}
