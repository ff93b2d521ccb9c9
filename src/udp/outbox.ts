import type { Socket } from 'node:dgram'
import { NEWLINE } from '../wire/lines.ts'

// Node hands a datagram to the kernel a tick after `send`, so it needs memory that the caller will not touch.
const ARENA_BYTES = 256 * 1024

// Sends alone never let the event loop turn: look every so many whether the kernel has them, and rest after twice as many.
const CHECK_EVERY = 64

// A callback for every datagram costs 1.2 us, 4 % of a round trip on loopback, and a refusal is heard without: as an error
// of the receiving side. What only sending can tell (no route, too large) lasts, so asking now and then is enough.
const ASK_EVERY = 32
const ALWAYS_ASK_BYTES = 8 * 1024

// The kernel says nothing when it has room again.
const FULL_POLL_MS = 1

/** `null`, or why a datagram was not sent. */
export type SendOutcome = (error: Error | null) => void

/** What one socket has been given to send. */
export class Outbox {
  readonly #socket: Socket
  readonly #waiting = new Set<() => void>()
  readonly #views: Uint8Array[] = []
  #arena: Uint8Array | undefined
  #count = 0
  #usedBytes = 0
  #untilAsk = 0
  #checking = false
  #closed = false

  constructor(socket: Socket) {
    this.#socket = socket
  }

  /** True when the kernel is known to have everything. */
  get empty(): boolean {
    return this.#count === 0
  }

  /** Bytes that the kernel is not known to have. */
  get queuedBytes(): number {
    return this.#usedBytes
  }

  /** False: send no more until `whenEmpty`. */
  get hasRoom(): boolean {
    return this.#count < 2 * CHECK_EVERY && this.#usedBytes < ARENA_BYTES
  }

  /**
   * Sends a copy of the message.
   * @param outcome one function for all messages of a peer; called now and then
   * @param port where the socket is not connected
   */
  send(message: Uint8Array, newline: boolean, outcome: SendOutcome, port?: number, address?: string): void {
    const bytes = message.length + (newline ? 1 : 0)
    const copy = this.#room(bytes)
    copy.set(message)
    if (newline) copy[bytes - 1] = NEWLINE
    const asks = --this.#untilAsk < 0 || bytes > ALWAYS_ASK_BYTES
    if (asks) this.#untilAsk = ASK_EVERY
    if (port === undefined) this.#socket.send(copy, asks ? outcome : undefined)
    else this.#socket.send(copy, port, address, asks ? outcome : undefined)
    if (this.#count === CHECK_EVERY || !this.hasRoom) this.#checkLater()
  }

  /**
   * Calls back once, in a later turn of the event loop than the last send: whoever sends as fast as this allows would
   * otherwise receive nothing, ever.
   */
  whenEmpty(callback: () => void): void {
    this.#waiting.add(callback)
    this.#checkLater()
  }

  /** Resolves as soon as the kernel has everything, or after `withinMs`. */
  flushed(withinMs: number): Promise<void> {
    if (this.empty) return Promise.resolve()
    return new Promise((resolve) => {
      const overdue = setTimeout(resolve, withinMs)
      this.#waiting.add(() => {
        clearTimeout(overdue)
        resolve()
      })
      // Node's own ticks for what was sent come before this one.
      process.nextTick(this.#check)
    })
  }

  /** The socket is closed: it owes nothing any more. */
  discard(): void {
    this.#closed = true
    this.#check()
  }

  #checkLater(): void {
    if (this.#checking) return
    this.#checking = true
    setImmediate(this.#checkAgain)
  }

  readonly #checkAgain = (): void => {
    this.#checking = false
    this.#check()
  }

  readonly #check = (): void => {
    if (!this.#closed && this.#socket.getSendQueueCount() > 0) {
      if (!this.#checking) setTimeout(this.#checkAgain, FULL_POLL_MS)
      this.#checking = true
      return
    }
    this.#count = 0
    this.#usedBytes = 0
    const callbacks = [...this.#waiting]
    this.#waiting.clear()
    for (const callback of callbacks) callback()
  }

  #room(bytes: number): Uint8Array {
    const from = this.#usedBytes
    const index = this.#count++
    this.#usedBytes += bytes
    if (this.#usedBytes > ARENA_BYTES) return new Uint8Array(bytes)
    // Messages of one size lie where the last batch lay: its view objects are still good.
    const old = this.#views[index]
    if (old !== undefined && old.length === bytes && old.byteOffset === from) return old
    this.#arena ??= new Uint8Array(ARENA_BYTES)
    const view = this.#arena.subarray(from, from + bytes)
    this.#views[index] = view
    return view
  }
}
