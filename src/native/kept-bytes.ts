import { closeSync, constants, openSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as c from './constants.ts'
import { type Libc, succeed } from './libc.ts'
import type { NativeMemory } from './memory.ts'

/** Node has no name for it: a file without one (open(2)). */
const O_TMPFILE = 0o20_000_000 | constants.O_DIRECTORY

/** Bytes that the kernel keeps: it sends them, again and again, without a copy of its own. */
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
    try {
      this.#fd = fileOf(bytes) ?? this.#memoryOf(bytes)
    } catch (error) {
      this.#offset.free()
      throw error
    }
  }

  /** Sends those from one offset on to a socket; returns how many it took, or the error. */
  send(socket: number, from: number): number {
    this.#offset.view.setUint32(0, from, true)
    this.#offset.view.setUint32(4, 0, true)
    return this.#libc.sendfile(socket, this.#fd, this.#offset.address, this.length - from)
  }

  #memoryOf(bytes: Uint8Array): number {
    const fd = succeed('memfd_create', this.#libc.memfd_create(this.#offset.address, c.MFD_CLOEXEC))
    try {
      for (let at = 0; at < bytes.length; ) {
        at += succeed('write', this.#libc.writeBytes(fd, bytes.subarray(at), bytes.length - at))
      }
      return fd
    } catch (error) {
      this.#libc.close(fd)
      throw error
    }
  }

  free(): void {
    this.#libc.close(this.#fd)
    this.#offset.free()
  }
}

/**
 * A file without a name: most file systems keep one in larger pieces than anonymous memory, which cost less to send. Undefined
 * where there is no room for it.
 */
function fileOf(bytes: Uint8Array): number | undefined {
  let fd: number | undefined
  try {
    fd = openSync(tmpdir(), constants.O_RDWR | O_TMPFILE, 0o600)
    writeFileSync(fd, bytes)
    return fd
  } catch {
    if (fd !== undefined) closeSync(fd)
    return undefined
  }
}
