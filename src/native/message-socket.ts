import * as c from './constants.ts'
import { SocketTimes } from './kernel-times.ts'
import { failure, type Libc } from './libc.ts'
import type { Loop } from './loop.ts'
import { sharedMessageMemory } from './message-memory.ts'
import type { Watcher } from './poller.ts'
import { OptionsOf } from './socket.ts'

/** How many messages may be taken before others have their turn: more than a turn sends, or answers would pile up. */
const READS_PER_TURN = 256

const NOBODY = new Uint8Array(0)

type Done = (error: Error | null) => void

interface Waiting {
  readonly bytes: Uint8Array
  readonly done: Done | undefined
}

/** Whom a socket sends to that is connected to nobody. */
export interface Destination {
  readonly name: Uint8Array
  /** A descriptor that is connected to the same: only such a one is told when there is room again. */
  readonly fd: number
}

/** A socket of messages that sends and takes them one by one: with one peer, or with whoever is named. */
export class NativeMessageSocket implements Watcher {
  /** Too long to be taken whole. */
  droppedCount = 0
  readonly soon: (callback: () => void) => void
  readonly kernelTimes: SocketTimes | undefined
  readonly #loop: Loop
  readonly #libc: Libc
  readonly #fd: number
  readonly #destination: Destination | undefined
  readonly #memory: ReturnType<typeof sharedMessageMemory>
  readonly #options: OptionsOf
  #onMessage: (bytes: Uint8Array, from: Uint8Array) => void = () => {}
  #onError: (error: Error) => void = () => {}
  readonly #waiting: Waiting[] = []
  #waitingBytes = 0
  #whenSent: (() => void)[] = []
  #held = false
  #closed = false

  /** @param timed the kernel is asked when messages leave and arrive */
  constructor(loop: Loop, fd: number, destination?: Destination, timed = false) {
    this.soon = (callback) => loop.soon(callback)
    this.#loop = loop
    this.#libc = loop.libc
    this.#fd = fd
    this.#memory = sharedMessageMemory(loop.libc)
    this.#options = new OptionsOf(loop.libc, loop.scratch, fd)
    this.#destination = destination
    if (timed) this.kernelTimes = SocketTimes.of(loop.libc, fd, loop.scratch, 'datagram')
    loop.watch(fd, this, c.EPOLLIN)
    if (destination) loop.watch(destination.fd, { readable: () => false, writable: () => this.writable() }, 0)
  }

  on(event: 'message', handler: (bytes: Uint8Array, from: Uint8Array) => void): this
  on(event: 'error', handler: (error: Error) => void): this
  on(
    event: 'message' | 'error',
    handler: ((bytes: Uint8Array, from: Uint8Array) => void) | ((error: Error) => void),
  ): this {
    if (event === 'message') this.#onMessage = handler as (bytes: Uint8Array, from: Uint8Array) => void
    else this.#onError = handler as (error: Error) => void
    return this
  }

  /** Sends to its one peer. What the kernel does not take waits here, as a copy. */
  send(bytes: Uint8Array, done: Done | undefined): void {
    this.#loop.goOn()
    const result = this.#waiting.length > 0 ? -c.EAGAIN : this.#trySend(bytes)
    if (result !== -c.EAGAIN) return this.#sent(result, done)
    if (this.#waiting.length === 0) this.#wantRoom(true)
    this.#waiting.push({ bytes: new Uint8Array(bytes), done })
    this.#waitingBytes += bytes.length
  }

  /** Gives one message to the kernel, now or not at all. Returns its error, where it has one. */
  trySend(bytes: Uint8Array, to: Uint8Array): number {
    return this.#closed ? -c.ECONNREFUSED : this.#memory.send(this.#fd, bytes, to)
  }

  readonly whenSent = (callback: () => void): void => {
    if (this.#waiting.length === 0) this.soon(callback)
    else this.#whenSent.push(callback)
  }

  getSendQueueCount(): number {
    return this.#waiting.length
  }

  getSendQueueSize(): number {
    return this.#waitingBytes
  }

  /** Takes no more, or goes on: meanwhile the kernel keeps what it has room for, and senders wait. */
  hold(held: boolean): void {
    if (held === this.#held || this.#closed) return
    this.#held = held
    this.#loop.want(this.#fd, !held, this.#waiting.length > 0 && this.#destination === undefined)
  }

  close(closed: () => void): void {
    if (this.#closed) return
    this.#closed = true
    this.#waiting.length = 0
    this.#waitingBytes = 0
    for (const callback of this.#whenSent.splice(0)) callback()
    this.#loop.unwatch(this.#fd)
    this.#libc.close(this.#fd)
    this.kernelTimes?.free()
    if (this.#destination) {
      this.#loop.unwatch(this.#destination.fd)
      this.#libc.close(this.#destination.fd)
    }
    this.#loop.soon(closed)
  }

  /** As of `Endpoint`. */
  dropCount(): number | undefined {
    return this.#closed ? undefined : this.#options.dropCount()
  }

  erred(): void {
    this.kernelTimes?.drain()
  }

  readable(): boolean {
    // An error is told even while nothing is wanted.
    if (this.#held) return this.#tellError()
    for (let n = 0; n < READS_PER_TURN && !this.#held && !this.#closed; n++) {
      const result = this.#memory.receive(this.#fd)
      if (result === -c.EAGAIN) {
        this.kernelTimes?.hear()
        return n > 0
      }
      if (result < 0) {
        this.#onError(failure('recvmsg', result))
        return true
      }
      const bytes = this.#memory.received(result)
      if (this.kernelTimes) this.kernelTimes.receivedAt = this.#memory.receivedAt()
      if (bytes === undefined) this.droppedCount++
      else this.#onMessage(bytes, this.#memory.sender())
    }
    return true
  }

  writable(): void {
    while (this.#waiting.length > 0 && !this.#closed) {
      const { bytes, done } = this.#waiting[0] as Waiting
      const result = this.#trySend(bytes)
      if (result === -c.EAGAIN) return
      this.#waiting.shift()
      this.#waitingBytes -= bytes.length
      this.#sent(result, done)
    }
    if (this.#closed) return
    this.#wantRoom(false)
    for (const callback of this.#whenSent.splice(0)) callback()
  }

  #trySend(bytes: Uint8Array): number {
    const result = this.trySend(bytes, this.#destination?.name ?? NOBODY)
    if (result < 0) this.kernelTimes?.failed()
    else this.kernelTimes?.sent(1)
    return result
  }

  /** Whether it is to be told when there is room. */
  #wantRoom(wanted: boolean): void {
    if (this.#destination) this.#loop.want(this.#destination.fd, false, wanted)
    else this.#loop.want(this.#fd, !this.#held, wanted)
  }

  #sent(result: number, done: Done | undefined): void {
    if (result >= 0) done?.(null)
    else (done ?? this.#onError)(failure('sendmsg', result))
  }

  #tellError(): boolean {
    const error = this.#options.get(c.SOL_SOCKET, c.SO_ERROR)
    if (error !== 0) this.#onError(failure('recvmsg', -error))
    return error !== 0
  }
}
