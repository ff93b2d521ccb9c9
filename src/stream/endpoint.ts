import type { Socket } from 'node:net'
import { abortable } from '../core/abort.ts'
import type { Address } from '../core/address.ts'
import type { Clock } from '../core/clock.ts'
import { NetcmpError, systemError } from '../core/errors.ts'
import { hostClock } from '../core/host-clock.ts'
import { NS_PER_MS } from '../core/units.ts'
import type { ConnectionReader } from '../transport/connection-facts.ts'
import type { Endpoint, EndpointOptions, KernelTimes, MessageHandler } from '../transport/contract.ts'
import { Deframer, MAX_STREAM_MESSAGE_BYTES, RawPieces, type Splitter } from '../wire/framing.ts'
import { LINE_QUIET_MS, LineSplitter } from '../wire/lines.ts'
import type { ByteSocket, DirectSocket } from './byte-socket.ts'
import { MessageWriter } from './writer.ts'

/** How long `close` waits for the far side to take leave too, before it breaks the connection. */
const CLOSE_GRACE_MS = 1000

/** What a stream transport knows about a socket that it opened. */
export interface OpenSocket {
  readonly socket: ByteSocket
  /** The transport's name, for messages. */
  readonly who: string
  readonly local: Address
  readonly remote: Address
  /** Where the socket reads into; without it the socket emits its own chunks. */
  readonly readBuffer?: Pick<DirectSocket, 'onBytes' | 'skippableBytes' | 'unreadBytes'> | undefined
  /** Where there is a kernel to ask about the connection. */
  readonly connectionReader?: () => Promise<ConnectionReader | undefined>
  readonly onGone?: () => void
  /** Called when the far side broke the framing. */
  readonly onViolation?: () => void
}

interface Waiter {
  resolve(): void
  reject(error: Error): void
}

const unheard = (): void => undefined

/** One end of a byte stream that carries messages. */
export class StreamEndpoint implements Endpoint {
  readonly local: Address
  readonly remote: Address
  readonly #open: OpenSocket
  readonly #socket: ByteSocket
  readonly #clock: Clock
  readonly #halfOpenNs: number
  readonly #splitter: Splitter
  readonly #lines: LineSplitter | undefined
  readonly #writer: MessageWriter
  readonly #waiters = new Set<Waiter>()
  #listening = false
  #paused = false
  #ended = false
  #closing = false
  #over = false
  #peerEnded = false
  #reason: NetcmpError | undefined
  #onClose: ((reason?: NetcmpError) => void) | undefined
  #quiet: NodeJS.Timeout | undefined
  #farewell: NodeJS.Timeout | undefined
  #closed: Promise<void> | undefined
  #resolveClosed: () => void = unheard

  constructor(open: OpenSocket, options: EndpointOptions) {
    const framing = options.framing ?? 'messages'
    this.local = open.local
    this.remote = open.remote
    this.#open = open
    this.#socket = open.socket
    this.#clock = options.clock ?? hostClock
    this.#halfOpenNs = options.halfOpenNs ?? 0
    this.#lines = framing === 'lines' ? new LineSplitter(unheard) : undefined
    this.#splitter =
      this.#lines ??
      (framing === 'raw' ? new RawPieces(unheard) : new Deframer(MAX_STREAM_MESSAGE_BYTES, unheard))
    this.#writer = new MessageWriter(open.socket, framing, this.#written)
    // Nothing is read until somebody listens: what comes earlier waits with the sender.
    open.socket.pause()
    if (open.readBuffer) {
      open.readBuffer.onBytes = this.#arrived
      open.readBuffer.skippableBytes = () => (this.#closing ? 0 : this.#splitter.skippableBytes)
    } else (open.socket as Socket).on('data', (chunk: Uint8Array) => this.#arrived(chunk, chunk.length))
    open.socket.on('end', this.#sawEnd)
    open.socket.on('error', this.#failed)
    open.socket.once('close', this.#gone)
  }

  get kernelTimes(): KernelTimes | undefined {
    return this.#socket.kernelTimes
  }

  get queuedBytes(): number {
    return this.#socket.writableLength
  }

  get unreadBytes(): number {
    return this.#open.readBuffer?.unreadBytes ?? 0
  }

  onMessage(handler: MessageHandler): void {
    this.#splitter.onMessage = handler
    if (this.#listening) return
    this.#listening = true
    this.#proceed()
  }

  onClose(handler: (reason?: NetcmpError) => void): void {
    if (this.#over) queueMicrotask(() => handler(this.#reason))
    else this.#onClose = handler
  }

  send(message: Uint8Array): boolean {
    if (message.length > MAX_STREAM_MESSAGE_BYTES) {
      throw new NetcmpError(
        'MESSAGE_TOO_LARGE',
        `${this.#open.who}: a message of ${message.length} bytes is over the limit of ${MAX_STREAM_MESSAGE_BYTES}`,
      )
    }
    if (this.#ended || this.#over) throw this.#closedError()
    this.#writer.write(message)
    return this.#socket.writableLength === 0
  }

  sendCopies(message: Uint8Array, next: (copy: Uint8Array) => void): boolean | undefined {
    if (this.#ended || this.#over) throw this.#closedError()
    if (message.length > MAX_STREAM_MESSAGE_BYTES) return undefined
    return this.#writer.writeCopies(message, next) ? this.#socket.writableLength === 0 : undefined
  }

  drained(signal?: AbortSignal): Promise<void> {
    let waiter: Waiter
    return abortable<void>(
      signal,
      (resolve, reject) => {
        waiter = { resolve, reject }
        if (this.#over) reject(this.#closedError())
        else if (this.#socket.writableLength === 0) resolve()
        else this.#waiters.add(waiter)
      },
      () => this.#waiters.delete(waiter),
    )
  }

  pause(): void {
    this.#paused = true
    this.#splitter.pause()
    this.#socket.pause()
  }

  resume(): void {
    this.#paused = false
    this.#proceed()
  }

  keepFirst(bytes: number): void {
    this.#splitter.keepFirst(bytes)
  }

  async connectionReader(): Promise<ConnectionReader | undefined> {
    return this.#open.connectionReader?.()
  }

  /** A connection lasts until one side ends it. */
  pin(): void {}

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#socket.end()
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      if (this.#over) return resolve()
      this.#resolveClosed = resolve
      this.#closing = true
      this.#splitter.stop()
      this.end()
      // What still comes is read and thrown away: unread bytes would turn our farewell into a reset.
      this.#socket.resume()
      const overdue = setTimeout(() => this.#socket.destroy(), CLOSE_GRACE_MS)
      this.#socket.once('close', () => clearTimeout(overdue))
    })
    return this.#closed
  }

  /** False: paused. Node may read on for a tick after `pause`, and with a read buffer for ever, unless it is told here. */
  readonly #arrived = (memory: Uint8Array, bytes: number): boolean => {
    if (this.#closing) return true
    if (!this.#splitter.push(memory, this.#clock.now(), bytes))
      this.#violated('PROTOCOL', 'broke the framing')
    else if (this.#lines !== undefined) this.#awaitQuiet()
    return this.#closing || !this.#paused
  }

  /** Reads on, where somebody listens and wants more. */
  #proceed(): void {
    if (!this.#listening || this.#paused || this.#closing || this.#over) return
    if (!this.#splitter.resume()) return this.#violated('PROTOCOL', 'broke the framing')
    if (this.#paused) return
    this.#awaitQuiet()
    this.#socket.resume()
    this.#leaveAfterPeer()
  }

  readonly #sawEnd = (): void => {
    this.#peerEnded = true
    this.#leaveAfterPeer()
  }

  /** The peer has said all: hand over what is held back, let it be answered, then say goodbye too. */
  #leaveAfterPeer(): void {
    if (!this.#peerEnded || !this.#listening || this.#paused || this.#closing || this.#splitter.holding)
      return
    if (this.#splitter.finish(this.#clock.now())) this.#endAfterPeer()
    else this.#violated('RESET', 'broke off in the middle of a message')
  }

  #endAfterPeer(): void {
    if (this.#halfOpenNs === 0) this.end()
    else this.#farewell ??= setTimeout(() => this.end(), this.#halfOpenNs / NS_PER_MS)
  }

  #violated(code: 'PROTOCOL' | 'RESET', what: string): void {
    this.#reason ??= new NetcmpError(code, `${this.#open.who}: ${this.remote} ${what}`)
    this.#open.onViolation?.()
    this.#socket.destroy()
  }

  #awaitQuiet(): void {
    if (this.#lines === undefined) return
    if (!this.#lines.unfinished) clearTimeout(this.#quiet)
    else if (this.#quiet === undefined) this.#quiet = setTimeout(this.#becameQuiet, LINE_QUIET_MS)
    else this.#quiet.refresh()
  }

  readonly #becameQuiet = (): void => {
    this.#lines?.flush(this.#clock.now())
  }

  readonly #written = (): void => {
    if (this.#waiters.size === 0 || this.#socket.writableLength > 0 || this.#socket.destroyed) return
    for (const waiter of this.#waiters) waiter.resolve()
    this.#waiters.clear()
  }

  readonly #failed = (error: Error): void => {
    // Whoever has taken leave and owes nothing does not mind how the far side goes.
    if (this.#closing && this.#socket.writableLength === 0) return
    this.#reason ??= systemError(error, `${this.#open.who}: ${this.remote}`)
  }

  readonly #gone = (): void => {
    this.#over = true
    this.#ended = true
    clearTimeout(this.#quiet)
    clearTimeout(this.#farewell)
    this.#splitter.stop()
    for (const waiter of this.#waiters) waiter.reject(this.#closedError())
    this.#waiters.clear()
    this.#open.onGone?.()
    this.#resolveClosed()
    this.#onClose?.(this.#reason)
  }

  #closedError(): NetcmpError {
    return this.#reason ?? new NetcmpError('CLOSED', `${this.#open.who}: ${this.remote} is closed`)
  }
}
