import { NEWLINE } from '../wire/lines.ts'
import type { AddressingOutlet, Outlet, SendOutcome } from './datagram-socket.ts'

// Sends alone never let the event loop turn: let it after so many, and rest after twice as many.
// A callback for every datagram costs 1.2 us, 4 % of a round trip on loopback, and a refusal is heard without: as an error
// of the receiving side. What only sending can tell (no route, too large) lasts, so asking as seldom is enough.
const CHECK_EVERY = 128
const ALWAYS_ASK_BYTES = 8 * 1024

/** Many messages that leave by one call cost about as much as so many calls. */
const BURST_COUNTS = 8

// Not every socket says when it has room again.
const FULL_POLL_MS = 1

/** What one outlet has been given to send. */
export class Outbox {
  readonly #outlet: Outlet | AddressingOutlet
  readonly #waiting = new Set<() => void>()
  /** Messages since the event loop was last seen to turn with nothing queued. */
  #count = 0
  /** The kernel did not take the last one at once: node keeps it, and those that follow. */
  #full = false
  #untilAsk = 0
  #checking = false
  #closed = false

  constructor(outlet: Outlet | AddressingOutlet) {
    this.#outlet = outlet
  }

  /** True when the kernel has everything and the event loop has turned since. */
  get empty(): boolean {
    return this.#count === 0
  }

  /** Bytes that the kernel has not taken. */
  get queuedBytes(): number {
    return this.#full && !this.#closed ? this.#outlet.getSendQueueSize() : 0
  }

  /**
   * Sends a message. False: send no more until `whenEmpty`, and leave this one as it is. A bound socket gives it to the
   * kernel within the call; where the kernel is full, node keeps the message itself, so what is sent all the same is copied.
   * @param outcome one function for all messages of a peer; called now and then
   * @param port where the socket is not connected
   */
  send(
    message: Uint8Array,
    newline: boolean,
    outcome: SendOutcome,
    port?: number,
    address?: string,
  ): boolean {
    const datagram = newline ? withNewline(message) : this.#full ? new Uint8Array(message) : message
    const asks = --this.#untilAsk < 0 || datagram.length > ALWAYS_ASK_BYTES
    if (asks) this.#untilAsk = CHECK_EVERY - 1
    const done = asks ? outcome : undefined
    if (port === undefined) (this.#outlet as Outlet).send(datagram, done)
    else (this.#outlet as AddressingOutlet).send(datagram, port, address, done)
    return this.#took(1)
  }

  #took(count: number): boolean {
    this.#full = this.#outlet.getSendQueueCount() > 0
    this.#count += count
    const hasRoom = this.#count < 2 * CHECK_EVERY && !this.#full
    if (this.#count >= CHECK_EVERY || !hasRoom) this.#checkLater()
    return hasRoom
  }

  /** As of `Endpoint.sendCopies`. */
  sendCopies(
    message: Uint8Array,
    next: (copy: Uint8Array) => void,
    outcome: SendOutcome,
    port?: number,
    address?: string,
  ): boolean | undefined {
    const outlet = this.#outlet
    if (outlet.sendCopies === undefined || this.#full) return undefined
    const asks = --this.#untilAsk < 0
    if (asks) this.#untilAsk = CHECK_EVERY - 1
    outlet.sendCopies(message, next, asks ? outcome : undefined, port, address)
    return this.#took(BURST_COUNTS)
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
    if (!this.#full) return Promise.resolve()
    return new Promise((resolve) => {
      const overdue = setTimeout(resolve, withinMs)
      this.whenEmpty(() => {
        clearTimeout(overdue)
        resolve()
      })
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
    const { soon = setImmediate } = this.#outlet
    soon(this.#checkAgain)
  }

  readonly #checkAgain = (): void => {
    this.#checking = false
    this.#check()
  }

  readonly #check = (): void => {
    this.#full = !this.#closed && this.#outlet.getSendQueueCount() > 0
    if (this.#full) {
      if (this.#checking) return
      this.#checking = true
      if ('whenSent' in this.#outlet) this.#outlet.whenSent?.(this.#checkAgain)
      else setTimeout(this.#checkAgain, FULL_POLL_MS)
      return
    }
    this.#count = 0
    const callbacks = [...this.#waiting]
    this.#waiting.clear()
    for (const callback of callbacks) callback()
  }
}

function withNewline(message: Uint8Array): Uint8Array {
  const line = new Uint8Array(message.length + 1)
  line.set(message)
  line[message.length] = NEWLINE
  return line
}
