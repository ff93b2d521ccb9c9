import type { RemoteInfo } from 'node:dgram'
import { Batch } from './batch.ts'
import * as c from './constants.ts'
import { SocketTimes } from './kernel-times.ts'
import { failure, type Libc } from './libc.ts'
import type { Loop } from './loop.ts'
import type { Watcher } from './poller.ts'
import { type Receiving, SLOTS, sharedReceiving } from './receiving.ts'
import { addressesOf, type Named, OptionsOf } from './socket.ts'
import { socketAddress } from './socket-address.ts'

/** How many calls may receive before others have their turn. */
const READS_PER_TURN = 4
/** What the fastest sender fills in some hundred microseconds. */
const ROOM_BYTES = 4 * 1024 * 1024
const MOST_DESTINATIONS = 4096

type Done = (error: Error | null) => void

/** Takes so many bytes, from the first on. */
type OnPacked = (bytes: Uint8Array, from: RemoteInfo, messageBytes: number, call: number) => number

type OnMessage = (bytes: Uint8Array, from: RemoteInfo, call: number) => void

interface Waiting {
  readonly bytes: Uint8Array
  readonly to: Uint8Array | undefined
  readonly done: Done | undefined
}

/** What the `udp` room needs of a socket: node:dgram's, or this one over system calls. */
export class NativeDatagramSocket implements Watcher {
  #onMessage: OnMessage = () => {}
  #onPacked: OnPacked = () => 0
  #onError: (error: Error) => void = () => {}
  readonly kernelTimes: SocketTimes | undefined
  readonly soon: (callback: () => void) => void
  readonly #loop: Loop
  readonly #libc: Libc
  readonly #fd: number
  readonly #family: 4 | 6
  readonly #options: OptionsOf
  readonly #receiving: Receiving
  readonly #batch: Batch
  readonly #destinations = new Map<string, Uint8Array>()
  #lastPort = 0
  #lastAddress = ''
  #lastDestination: Uint8Array | undefined
  #done: Done | undefined
  /** The kernel did not take the batch, yet. */
  #blocked = false
  readonly #waiting: Waiting[] = []
  #waitingBytes = 0
  /** That received something. */
  #calls = 0
  /** Since it was last read: something was sent, and datagrams came many to a packet. */
  #sends = false
  #packed = false
  /** The kernel can keep what comes while nobody reads. */
  readonly #hasRoom: boolean
  #closed = false

  constructor(loop: Loop, fd: number, family: 4 | 6, timed = false) {
    const { libc } = loop
    this.soon = (callback) => loop.soon(callback)
    this.#loop = loop
    this.#libc = libc
    this.#fd = fd
    this.#family = family
    this.#options = new OptionsOf(libc, loop.scratch, fd)
    this.#receiving = sharedReceiving(libc)
    this.#batch = new Batch(libc, fd)
    if (timed) this.kernelTimes = SocketTimes.of(libc, fd, loop.scratch, 'datagram')
    this.#options.trySet(c.SOL_UDP, c.UDP_GRO, 1)
    this.#hasRoom = this.getRecvBufferSize() >= ROOM_BYTES
    loop.watch(fd, this, c.EPOLLIN)
  }

  on(event: 'message', handler: OnMessage): this
  on(event: 'error', handler: (error: Error) => void): this
  on(event: 'message' | 'error', handler: OnMessage | ((error: Error) => void)): this {
    if (event === 'message') this.#onMessage = handler as OnMessage
    else this.#onError = handler as (error: Error) => void
    return this
  }

  onPacked(handler: OnPacked): void {
    this.#onPacked = handler
  }

  address(): Named {
    return addressesOf(this.#libc, this.#fd).local
  }

  remoteAddress(): Named {
    return addressesOf(this.#libc, this.#fd).remote
  }

  send(bytes: Uint8Array, done: Done | undefined): void
  send(bytes: Uint8Array, port: number, address: string | undefined, done: Done | undefined): void
  send(bytes: Uint8Array, port?: number | Done, address?: string, done?: Done): void {
    if (typeof port === 'number') this.#send(bytes, this.#destinationOf(port, address), done)
    else this.#send(bytes, undefined, port)
  }

  #send(bytes: Uint8Array, to: Uint8Array | undefined, done: Done | undefined): void {
    this.#checkOpen()
    this.#sends = true
    this.#loop.goOn()
    if (this.#blocked || this.#waiting.length > 0) return this.#wait(bytes, to, done)
    this.#batch.add(bytes, to)
    this.#done = done
    this.#flush()
  }

  sendCopies(
    message: Uint8Array,
    next: (copy: Uint8Array) => void,
    done: Done | undefined,
    port: number | undefined,
    address: string | undefined,
  ): void {
    this.#checkOpen()
    const to = this.#destinationOf(port, address)
    if (this.kernelTimes || this.#blocked || this.#waiting.length > 0) {
      next(message)
      return this.#send(message, to, done)
    }
    this.#loop.goOn()
    this.#batch.fill(message, to, next)
    this.#done = done
    this.#flush()
  }

  #checkOpen(): void {
    if (this.#closed) throw Object.assign(new Error('closed'), { code: 'ERR_SOCKET_DGRAM_NOT_RUNNING' })
  }

  getSendQueueCount(): number {
    return this.#waiting.length + (this.#blocked ? this.#batch.count : 0)
  }

  getSendQueueSize(): number {
    return this.#waitingBytes + (this.#blocked ? this.#batch.bytes : 0)
  }

  dropCount(): number | undefined {
    return this.#closed ? undefined : this.#options.dropCount()
  }

  getRecvBufferSize(): number {
    return this.#options.get(c.SOL_SOCKET, c.SO_RCVBUF)
  }

  getSendBufferSize(): number {
    return this.#options.get(c.SOL_SOCKET, c.SO_SNDBUF)
  }

  close(closed: () => void): void {
    if (this.#closed) return
    this.#flush()
    this.#closed = true
    this.#waiting.length = 0
    this.#waitingBytes = 0
    this.#loop.unwatch(this.#fd)
    this.#libc.close(this.#fd)
    this.#batch.free()
    this.kernelTimes?.free()
    this.#loop.soon(closed)
  }

  #wait(bytes: Uint8Array, to: Uint8Array | undefined, done: Done | undefined): void {
    this.#waiting.push({ bytes: new Uint8Array(bytes), to, done })
    this.#waitingBytes += bytes.length
  }

  writable(): void {
    if (this.#closed || !this.#flush()) return
    while (this.#waiting.length > 0 && !this.#closed) {
      const { bytes, to, done } = this.#waiting.shift() as Waiting
      this.#waitingBytes -= bytes.length
      this.#batch.add(bytes, to)
      this.#done = done
      if (!this.#flush()) return
    }
  }

  /** False: the kernel takes no more for now. */
  #flush(): boolean {
    if (this.#batch.count === 0 || this.#closed) return true
    const result = this.#batch.send()
    const blocked = result === -c.EAGAIN
    if (blocked !== this.#blocked) this.#loop.want(this.#fd, true, blocked)
    this.#blocked = blocked
    if (result < 0) this.kernelTimes?.failed()
    else this.kernelTimes?.sent(1)
    if (blocked) return false
    const done = this.#done
    this.#done = undefined
    if (result >= 0) done?.(null)
    else {
      const error = failure('send', result)
      if (done) done(error)
      else this.#onError(error)
    }
    return true
  }

  #destinationOf(port: number | undefined, address: string | undefined): Uint8Array | undefined {
    if (port === undefined || address === undefined) return undefined
    if (port === this.#lastPort && address === this.#lastAddress && this.#lastDestination)
      return this.#lastDestination
    const key = `${address} ${port}`
    let found = this.#destinations.get(key)
    if (found === undefined) {
      if (this.#destinations.size >= MOST_DESTINATIONS) this.#destinations.clear()
      found = socketAddress(address, this.#family, port)
      this.#destinations.set(key, found)
    }
    this.#lastPort = port
    this.#lastAddress = address
    this.#lastDestination = found
    return found
  }

  erred(): void {
    this.kernelTimes?.drain()
  }

  readable(): boolean {
    this.#sends = false
    this.#packed = false
    for (let n = 0; n < READS_PER_TURN && !this.#closed; n++) {
      const count = this.#receiving.receive(this.#fd)
      if (count === -c.EAGAIN) {
        this.kernelTimes?.hear()
        return n > 0
      }
      if (count < 0) {
        this.#onError(failure('recvmmsg', count))
        return true
      }
      this.#calls++
      for (let slot = 0; slot < count && !this.#closed; slot++) this.#received(slot)
      if (count < SLOTS) {
        this.#emptied()
        return true
      }
    }
    return true
  }

  #emptied(): void {
    if (this.#packed && !this.#sends && this.#hasRoom) this.#loop.gather()
  }

  #received(slot: number): void {
    const receiving = this.#receiving
    const bytes = receiving.bytesOf(slot)
    const from = receiving.fromOf(slot)
    if (this.kernelTimes) this.kernelTimes.receivedAt = receiving.timeOf(slot)
    const segment = receiving.segmentOf(slot, bytes)
    let taken = 0
    if (segment < bytes) {
      this.#packed = true
      taken = this.#onPacked(receiving.packed(slot, bytes), from, segment, this.#calls)
    }
    for (let at = taken; at === 0 || at < bytes; at += segment) {
      if (this.#closed) return
      this.#onMessage(receiving.view(slot, at, Math.min(segment, bytes - at)), from, this.#calls)
    }
  }
}
