import * as c from './constants.ts'
import { type Libc, succeed } from './libc.ts'
import type { NativeMemory } from './memory.ts'

/** Bytes that the kernel keeps (memfd_create(2)): it sends them, again and again, without a copy of its own. */
export class KeptBytes {
  readonly length: number
  readonly #libc: Libc
  readonly #fd: number
  readonly #offset: NativeMemory

  /** Throws where the kernel does not keep them. */
  constructor(libc: Libc, bytes: Uint8Array) {
    this.length = bytes.length
    this.#libc = libc
    this.#offset = libc.alloc(8)
    this.#fd = succeed('memfd_create', libc.memfd_create(this.#offset.address, c.MFD_CLOEXEC))
    for (let at = 0; at < bytes.length; ) {
      at += succeed('write', libc.writeBytes(this.#fd, bytes.subarray(at), bytes.length - at))
    }
  }

  /** Sends those from one offset on to a socket; returns how many it took, or the error. */
  send(socket: number, from: number): number {
    this.#offset.view.setUint32(0, from, true)
    this.#offset.view.setUint32(4, 0, true)
    return this.#libc.sendfile(socket, this.#fd, this.#offset.address, this.length - from)
  }

  free(): void {
    this.#libc.close(this.#fd)
    this.#offset.free()
  }
}
