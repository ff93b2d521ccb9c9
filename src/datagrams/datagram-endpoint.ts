import { abortable } from '../core/abort.ts'
import type { Address } from '../core/address.ts'
import type { Nanos } from '../core/clock.ts'
import { NetcmpError, systemError } from '../core/errors.ts'
import type { Endpoint, EndpointOptions, MessageHandler, PackedHandler } from '../transport/contract.ts'
import { withoutLineEnd } from '../wire/lines.ts'
import type { Outbox } from './outbox.ts'

/** What the datagrams are of. */
export interface Carrier {
  /** The transport's name, for errors. */
  readonly who: string
  /** The largest datagram, payload. */
  readonly mostBytes: number
}

/** Datagrams that wait while nobody listens or the endpoint is paused. */
export const MAX_HELD = 64

/** How long closing waits for the kernel to take what is queued. */
export const CLOSE_GRACE_MS = 1000

/** Errors that cost one datagram and say nothing about the peer: a full queue, a firewall that drops what we send. */
const lostOne = new Set(['ENOBUFS', 'ENOMEM', 'EAGAIN', 'EPERM'])

interface Held {
  readonly message: Uint8Array
  readonly receivedAt: Nanos
}

interface Waiter {
  resolve(): void
  reject(error: Error): void
}

/** One end of a conversation in datagrams: what the dialling side and a listener's peer have in common. */
export abstract class DatagramEndpoint implements Endpoint {
  abstract readonly local: Address
  abstract readonly remote: Address
  /** One for each socket that what we send goes through. */
  protected abstract readonly outboxes: readonly Outbox[]
  protected readonly lines: boolean
  protected readonly carrier: Carrier
  #handler: MessageHandler | undefined
  #onPacked: PackedHandler | undefined
  #onClose: ((reason?: NetcmpError) => void) | undefined
  readonly #held: Held[] = []
  readonly #waiters = new Set<Waiter>()
  #paused = false
  #releasing = false
  #holdingBack = false
  #closing = false
  #over = false
  #reason: NetcmpError | undefined
  #closed: Promise<void> | undefined

  constructor(carrier: Carrier, options: EndpointOptions) {
    this.carrier = carrier
    this.lines = options.framing === 'lines'
  }

  /** Gives one datagram to the kernel, without an answer. False as of `send`. */
  protected abstract transmit(message: Uint8Array): boolean

  /** As of `sendCopies`. Default: one by one. */
  protected transmitCopies(_message: Uint8Array, _next: (copy: Uint8Array) => void): boolean | undefined {
    return undefined
  }

  /** Lets go of what this endpoint holds, after sending what is queued. */
  protected abstract leave(): Promise<void>

  /** Has senders wait, or go on, where a transport can. False: they do not, and there is no room for more. */
  protected holdBack(_held: boolean): boolean {
    return false
  }

  get queuedBytes(): number {
    let bytes = 0
    for (const outbox of this.outboxes) bytes += outbox.queuedBytes
    return bytes
  }

  onMessage(handler: MessageHandler): void {
    this.#handler = handler
    this.#release()
  }

  onPacked(handler: PackedHandler | undefined): void {
    this.#onPacked = handler
  }

  onClose(handler: (reason?: NetcmpError) => void): void {
    if (this.#over) queueMicrotask(() => handler(this.#reason))
    else this.#onClose = handler
  }

  send(message: Uint8Array): boolean {
    const bytes = message.length + (this.lines ? 1 : 0)
    const { who, mostBytes } = this.carrier
    if (bytes > mostBytes) {
      throw new NetcmpError(
        'MESSAGE_TOO_LARGE',
        `${who}: a message of ${bytes} bytes is over the limit of ${mostBytes}`,
      )
    }
    if (this.#closing || this.#over) throw this.#closedError()
    return this.transmit(message)
  }

  sendCopies(message: Uint8Array, next: (copy: Uint8Array) => void): boolean | undefined {
    if (message.length > this.carrier.mostBytes / 2 || this.lines) return undefined
    if (this.#closing || this.#over) throw this.#closedError()
    return this.transmitCopies(message, next)
  }

  drained(signal?: AbortSignal): Promise<void> {
    let waiter: Waiter
    return abortable<void>(
      signal,
      (resolve, reject) => {
        waiter = { resolve, reject }
        if (this.#over) return reject(this.#closedError())
        this.#waiters.add(waiter)
        this.#settle()
      },
      () => this.#waiters.delete(waiter),
    )
  }

  /** A few datagrams wait here. Past that senders wait, or where they cannot be told to, the rest is dropped and counted. */
  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#release()
  }

  /** A datagram lies whole in memory of its own: there is nothing to spare. */
  keepFirst(): void {}

  /** A socket of one's own is nobody else's to take. */
  pin(_pinned: boolean): void {}

  /** Datagrams have no half-close: the far side cannot know that no more will come. */
  end(): void {}

  close(): Promise<void> {
    this.#closing = true
    this.#goOn()
    this.#closed ??= this.leave().then(() => this.finish(undefined))
    return this.#closed
  }

  /** As of `PackedHandler`. */
  arrivedPacked(bytes: Uint8Array, receivedAt: Nanos, messageBytes: number): number {
    const isOpen = this.#handler !== undefined && !this.#paused && !this.#closing && !this.#over
    return isOpen ? (this.#onPacked?.(bytes, receivedAt, messageBytes) ?? 0) : 0
  }

  /** Takes in what came from the peer. False: there was no room for it. */
  arrived(datagram: Uint8Array, receivedAt: Nanos): boolean {
    if (this.#closing || this.#over) return !this.#over
    const message = this.lines ? withoutLineEnd(datagram) : datagram
    if (this.#handler !== undefined && !this.#paused) {
      this.#handler(message, receivedAt, message.length)
      return true
    }
    if (this.#held.length >= MAX_HELD && !this.#holdingBack) return false
    this.#held.push({ message: new Uint8Array(message), receivedAt })
    if (this.#held.length === MAX_HELD) this.#holdingBack = this.holdBack(true)
    return true
  }

  /** The conversation is over; says so once. */
  protected finish(reason: NetcmpError | undefined): void {
    if (this.#over) return
    this.#over = true
    this.#reason = reason
    this.#goOn()
    for (const waiter of this.#waiters) waiter.reject(this.#closedError())
    this.#waiters.clear()
    this.#onClose?.(reason)
  }

  /** What an error of the socket means to this conversation; undefined where it only cost a datagram. */
  protected reasonOf(error: Error): NetcmpError | undefined {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (lostOne.has(code)) return undefined
    // ICMP port unreachable: Windows words it as a reset.
    const said =
      code === 'ECONNRESET' ? Object.assign(new Error(error.message), { code: 'ECONNREFUSED' }) : error
    return systemError(said, `${this.carrier.who}: ${this.remote}`)
  }

  #release(): void {
    if (this.#releasing) return
    this.#releasing = true
    try {
      while (this.#handler !== undefined && !this.#paused && !this.#closing) {
        const next = this.#held.shift()
        if (next === undefined) break
        this.#handler(next.message, next.receivedAt, next.message.length)
      }
    } finally {
      this.#releasing = false
    }
    if (this.#held.length === 0) this.#goOn()
  }

  /** Nothing waits here any more. */
  #goOn(): void {
    this.#held.length = 0
    if (!this.#holdingBack) return
    this.#holdingBack = false
    this.holdBack(false)
  }

  readonly #settle = (): void => {
    for (const outbox of this.outboxes) {
      if (!outbox.empty) {
        outbox.whenEmpty(this.#settle)
        return
      }
    }
    for (const waiter of this.#waiters) waiter.resolve()
    this.#waiters.clear()
  }

  #closedError(): NetcmpError {
    return this.#reason ?? new NetcmpError('CLOSED', `${this.carrier.who}: ${this.remote} is closed`)
  }
}
