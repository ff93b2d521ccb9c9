import { NEWLINE } from '../wire/lines.ts'

// Node hands a datagram to the kernel a tick after `send`, so it needs memory that the caller will not touch.
const ARENA_BYTES = 256 * 1024

// A socket that takes everything at once would never let the event loop turn: rest after so many.
const MAX_PENDING = 128

/** What one socket has been given to send and the kernel has not taken yet. */
export class Outbox {
  /** Bytes that the kernel has not taken. */
  queuedBytes = 0
  #pendingCount = 0
  #arena: Uint8Array | undefined
  #usedBytes = 0
  #views: Uint8Array[] = []
  #viewCount = 0
  readonly #waiting = new Set<() => void>()

  get empty(): boolean {
    return this.#pendingCount === 0
  }

  get hasRoom(): boolean {
    return this.#pendingCount < MAX_PENDING && this.#usedBytes < ARENA_BYTES
  }

  /** A copy of the message, and perhaps a newline, that lives until the kernel has it. */
  put(message: Uint8Array, newline: boolean): Uint8Array {
    const bytes = message.length + (newline ? 1 : 0)
    const copy = this.#room(bytes)
    copy.set(message)
    if (newline) copy[bytes - 1] = NEWLINE
    this.#pendingCount++
    this.queuedBytes += bytes
    return copy
  }

  /** The kernel has taken, or refused, a datagram. */
  taken(bytes: number): void {
    if (this.#pendingCount === 0) return
    this.#pendingCount--
    this.queuedBytes -= bytes
    if (this.#pendingCount > 0) return
    this.queuedBytes = 0
    this.#usedBytes = 0
    this.#viewCount = 0
    if (this.#waiting.size > 0) setImmediate(this.#tell)
  }

  /**
   * Calls back once, in a later turn of the event loop than the last send: sends alone never let the loop turn, so
   * whoever sends as fast as this allows would otherwise receive nothing, ever.
   */
  whenEmpty(callback: () => void): void {
    this.#waiting.add(callback)
    if (this.#pendingCount === 0) setImmediate(this.#tell)
  }

  /** Resolves as soon as the kernel has everything, or after `withinMs`. */
  flushed(withinMs: number): Promise<void> {
    if (this.empty) return Promise.resolve()
    return new Promise((resolve) => {
      const overdue = setTimeout(resolve, withinMs)
      this.whenEmpty(() => {
        clearTimeout(overdue)
        resolve()
      })
    })
  }

  /** Forgets the datagrams of a socket that is closed: nobody will call back for them. */
  discard(): void {
    this.#pendingCount = 0
    this.queuedBytes = 0
    if (this.#waiting.size > 0) setImmediate(this.#tell)
  }

  readonly #tell = (): void => {
    const callbacks = [...this.#waiting]
    this.#waiting.clear()
    for (const callback of callbacks) callback()
  }

  #room(bytes: number): Uint8Array {
    const from = this.#usedBytes
    this.#usedBytes += bytes
    if (this.#usedBytes > ARENA_BYTES) return new Uint8Array(bytes)
    this.#arena ??= new Uint8Array(ARENA_BYTES)
    // Messages of one size lie where the previous batch lay: the view objects are still good.
    const index = this.#viewCount++
    const old = this.#views[index]
    if (old !== undefined && old.length === bytes && old.byteOffset === from) return old
    const view = this.#arena.subarray(from, from + bytes)
    this.#views[index] = view
    return view
  }
}
