import type { Framing } from '../transport/contract.ts'
import { NUMBERED_BYTES } from '../wire/frame.ts'
import { PREFIX_BYTES, writePrefix } from '../wire/framing.ts'
import { NEWLINE } from '../wire/lines.ts'
import type { ByteSocket } from './byte-socket.ts'
import { Copies } from './copies.ts'
import { READ_BUFFER_BYTES } from './read-buffer.ts'

// What may lie in the read buffer, which is everybody's, must not wait there for a slow reader. For the rest of these
// copying costs less than a second buffer in the system call.
const SMALL_BYTES = READ_BUFFER_BYTES

// From here on a second system call costs less than a copy.
const KEPT_BYTES = 64 * 1024

const newline = Uint8Array.of(NEWLINE)

// What all writers frame small messages in: as a rule the kernel has taken a message when `write` returns.
let scratch = new Uint8Array(0)
let frame = scratch

function scratchOf(bytes: number): Uint8Array {
  if (bytes !== frame.length) {
    if (bytes > scratch.length) scratch = new Uint8Array(Math.max(bytes * 2, 256))
    frame = scratch.subarray(0, bytes)
  }
  return frame
}

/** A socket still needs it. */
function giveAway(): void {
  scratch = new Uint8Array(0)
  frame = scratch
}

/** Writes messages to a socket, each with its framing in one system call. */
export class MessageWriter {
  readonly #socket: ByteSocket
  readonly #headBytes: number
  readonly #tailBytes: number
  readonly #onWritten: () => void
  #prefix: Uint8Array | undefined
  #copies: Copies | undefined

  /** @param onWritten called whenever the kernel has taken a message */
  constructor(socket: ByteSocket, framing: Framing, onWritten: () => void) {
    this.#socket = socket
    this.#headBytes = framing === 'messages' ? PREFIX_BYTES : 0
    this.#tailBytes = framing === 'lines' ? 1 : 0
    this.#onWritten = onWritten
  }

  write(message: Uint8Array): void {
    // While the kernel owes us a write, its memory is not ours: neither the scratch nor the caller's earlier message.
    const pending = this.#socket.writableLength > 0
    if (message.length <= SMALL_BYTES) this.#writeSmall(message, pending)
    else this.#writeLarge(message, pending)
  }

  /** As of `Endpoint.sendCopies`; false where it wrote none. */
  writeCopies(message: Uint8Array, next: (copy: Uint8Array) => void): boolean {
    const socket = this.#socket
    if (this.#headBytes === 0 || socket.writableLength > 0) return false
    return message.length < KEPT_BYTES ? this.#writeMany(message, next) : this.#writeKept(message, next)
  }

  /** Where a call may take more than a message, small ones share it. */
  #writeMany(message: Uint8Array, next: (copy: Uint8Array) => void): boolean {
    if (!this.#socket.gathers) return false
    if (this.#copies?.message !== message) this.#copies = new Copies(message)
    this.#copies.restamp(next)
    this.#socket.write(this.#copies.frames, this.#onWritten)
    return true
  }

  #writeKept(message: Uint8Array, next: (copy: Uint8Array) => void): boolean {
    const socket = this.#socket
    if (!socket.keep?.(message)) return false
    next(message)
    const head = scratchOf(this.#headBytes + NUMBERED_BYTES)
    writePrefix(head, message.length)
    head.set(message.subarray(0, NUMBERED_BYTES), this.#headBytes)
    socket.writeKept?.(head, NUMBERED_BYTES, this.#onWritten)
    if (socket.writableLength > 0) giveAway()
    return true
  }

  #writeSmall(message: Uint8Array, pending: boolean): void {
    const bytes = this.#headBytes + message.length + this.#tailBytes
    const frame = pending ? new Uint8Array(bytes) : scratchOf(bytes)
    if (this.#headBytes > 0) writePrefix(frame, message.length)
    frame.set(message, this.#headBytes)
    if (this.#tailBytes > 0) frame[bytes - 1] = NEWLINE
    this.#socket.write(frame, this.#onWritten)
    if (!pending && this.#socket.writableLength > 0) giveAway()
  }

  #writeLarge(message: Uint8Array, pending: boolean): void {
    // Not `slice`: of a Buffer that is no copy.
    const body = pending ? new Uint8Array(message) : message
    const socket = this.#socket
    const prefix = this.#headBytes > 0 ? this.#prefixOf(message.length, pending) : undefined
    if (prefix !== undefined && socket.writeTogether !== undefined) {
      socket.writeTogether(prefix, body, this.#onWritten)
      return
    }
    socket.cork()
    if (prefix !== undefined) socket.write(prefix)
    socket.write(body, this.#onWritten)
    if (this.#tailBytes > 0) socket.write(newline)
    socket.uncork()
  }

  #prefixOf(messageBytes: number, pending: boolean): Uint8Array {
    if (pending || this.#prefix === undefined) this.#prefix = new Uint8Array(PREFIX_BYTES)
    writePrefix(this.#prefix, messageBytes)
    return this.#prefix
  }
}
