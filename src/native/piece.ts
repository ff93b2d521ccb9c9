import * as c from './constants.ts'
import type { KeptBytes } from './kept-bytes.ts'
import type { Libc } from './libc.ts'

/** Something to send, of which the kernel takes as much as it has room for. */
export interface Piece {
  /** Bytes that are still to be sent. */
  readonly length: number
  /** Returns how many more the kernel took, or the error. */
  send(): number
}

export class BytesPiece implements Piece {
  readonly #libc: Libc
  readonly #fd: number
  #bytes: Uint8Array

  /** @param bytes to be left as they are until they are sent */
  constructor(libc: Libc, fd: number, bytes: Uint8Array) {
    this.#libc = libc
    this.#fd = fd
    this.#bytes = bytes
  }

  get length(): number {
    return this.#bytes.length
  }

  send(): number {
    const sent = this.#libc.sendBytes(this.#fd, this.#bytes, this.length, c.MSG_NOSIGNAL | c.MSG_DONTWAIT)
    if (sent > 0) this.#bytes = this.#bytes.subarray(sent)
    return sent
  }
}

/** From an offset on to the end of what the kernel keeps. */
export class KeptPiece implements Piece {
  readonly #kept: KeptBytes
  readonly #fd: number
  #from: number

  constructor(kept: KeptBytes, fd: number, from: number) {
    this.#kept = kept
    this.#fd = fd
    this.#from = from
  }

  get length(): number {
    return this.#kept.length - this.#from
  }

  send(): number {
    const sent = this.#kept.send(this.#fd, this.#from)
    if (sent > 0) this.#from += sent
    return sent
  }
}

/** One that waits to be written. */
export interface Pending {
  readonly piece: Piece
  readonly written: (() => void) | undefined
}
