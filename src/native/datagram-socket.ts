import type { RemoteInfo } from 'node:dgram'
import { MOST_SEGMENTS } from '../core/segments.ts'
import * as c from './constants.ts'
import { failure, type Libc } from './libc.ts'
import type { Loop, Watcher } from './loop.ts'
import type { NativeMemory } from './memory.ts'
import {
  CMSG_DATA,
  CMSG_LEVEL,
  CMSG_TYPE,
  CONTROL_BYTES,
  MMSG_BYTES,
  MMSG_CONTROL,
  MMSG_CONTROL_LENGTH,
  MMSG_NAME,
  MMSG_NAME_LENGTH,
  MMSG_VECTOR,
  MMSG_VECTOR_LENGTH,
  NAME_BYTES,
  VECTOR_BYTES,
} from './message-layout.ts'
import { DATAGRAM_BYTES, type Receiving, SLOTS, sharedReceiving } from './receiving.ts'
import { addressesOf, type Named, OptionsOf } from './socket.ts'
import { socketAddress } from './socket-address.ts'

/** How many calls may receive before others have their turn. */
const READS_PER_TURN = 4
const MOST_BATCH_BYTES = 65_507
const MOST_DESTINATIONS = 4096

// Where each part of a message to send lies.
const VECTOR = MMSG_BYTES
const NAME = VECTOR + VECTOR_BYTES
const CONTROL = NAME + NAME_BYTES

type Done = (error: Error | null) => void

interface Waiting {
  readonly bytes: Uint8Array
  readonly to: Uint8Array | undefined
  readonly done: Done | undefined
}

/** What the `udp` room needs of a socket: node:dgram's, or this one over system calls. */
export class NativeDatagramSocket implements Watcher {
  #onMessage: (bytes: Uint8Array, from: RemoteInfo) => void = () => {}
  #onError: (error: Error) => void = () => {}
  readonly soon: (callback: () => void) => void
  readonly #loop: Loop
  readonly #libc: Libc
  readonly #fd: number
  readonly #family: 4 | 6
  readonly #options: OptionsOf
  readonly #receiving: Receiving
  readonly #out: NativeMemory
  readonly #sending: NativeMemory
  readonly #destinations = new Map<string, Uint8Array>()
  #lastPort = 0
  #lastAddress = ''
  #lastDestination: Uint8Array | undefined
  /** Gathered, not yet sent: so many datagrams of so many bytes each, to one destination. */
  #gathered = 0
  #gatheredBytes = 0
  #segmentBytes = 0
  #to: Uint8Array | undefined
  #done: Done | undefined
  #segments = true
  readonly #waiting: Waiting[] = []
  #waitingBytes = 0
  #isDirty = false
  #closed = false

  constructor(loop: Loop, fd: number, family: 4 | 6) {
    const { libc } = loop
    this.soon = (callback) => loop.soon(callback)
    this.#loop = loop
    this.#libc = libc
    this.#fd = fd
    this.#family = family
    this.#options = new OptionsOf(libc, loop.scratch, fd)
    this.#receiving = sharedReceiving(libc)
    this.#out = libc.alloc(DATAGRAM_BYTES)
    this.#sending = libc.alloc(CONTROL + CONTROL_BYTES)
    this.#layOut()
    this.#options.trySet(c.SOL_UDP, c.UDP_GRO, 1)
    loop.watch(fd, this, c.EPOLLIN)
  }

  #layOut(): void {
    const { view, address } = this.#sending
    const set = (at: number, value: number) => view.setBigUint64(at, BigInt(value), true)
    set(MMSG_NAME, address + NAME)
    set(MMSG_VECTOR, address + VECTOR)
    set(MMSG_VECTOR_LENGTH, 1)
    set(MMSG_CONTROL, address + CONTROL)
    set(VECTOR, this.#out.address)
    set(CONTROL, CMSG_DATA + 2)
    view.setInt32(CONTROL + CMSG_LEVEL, c.SOL_UDP, true)
    view.setInt32(CONTROL + CMSG_TYPE, c.UDP_SEGMENT, true)
  }

  on(event: 'message', handler: (bytes: Uint8Array, from: RemoteInfo) => void): this
  on(event: 'error', handler: (error: Error) => void): this
  on(
    event: 'message' | 'error',
    handler: ((bytes: Uint8Array, from: RemoteInfo) => void) | ((error: Error) => void),
  ): this {
    if (event === 'message') this.#onMessage = handler as (bytes: Uint8Array, from: RemoteInfo) => void
    else this.#onError = handler as (error: Error) => void
    return this
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
    if (typeof port === 'number') this.#send(bytes, this.#destinationOf(port, address as string), done)
    else this.#send(bytes, undefined, port)
  }

  #send(bytes: Uint8Array, to: Uint8Array | undefined, done: Done | undefined): void {
    if (this.#closed) throw Object.assign(new Error('closed'), { code: 'ERR_SOCKET_DGRAM_NOT_RUNNING' })
    if (this.#waiting.length > 0) return this.#wait(bytes, to, done)
    const { length } = bytes
    const fits =
      this.#gathered > 0 &&
      this.#segments &&
      length > 0 &&
      length === this.#segmentBytes &&
      to === this.#to &&
      this.#gathered < MOST_SEGMENTS &&
      this.#gatheredBytes + length <= MOST_BATCH_BYTES
    if (!fits && this.#gathered > 0 && !this.#flush()) return this.#wait(bytes, to, done)
    this.#out.bytes.set(bytes, this.#gatheredBytes)
    this.#gathered++
    this.#gatheredBytes += length
    this.#segmentBytes = length
    this.#to = to
    if (done) this.#done = done
    if (this.#isDirty) return
    this.#isDirty = true
    this.#loop.beforeWaiting(this.#flushDirty)
  }

  getSendQueueCount(): number {
    return this.#waiting.length
  }

  getSendQueueSize(): number {
    return this.#waitingBytes
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
    this.#loop.unwatch(this.#fd)
    this.#libc.close(this.#fd)
    this.#out.free()
    this.#sending.free()
    this.#loop.soon(closed)
  }

  readonly #flushDirty = (): void => {
    this.#isDirty = false
    this.#flush()
  }

  #wait(bytes: Uint8Array, to: Uint8Array | undefined, done: Done | undefined): void {
    if (this.#waiting.length === 0) this.#loop.want(this.#fd, true, true)
    this.#waiting.push({ bytes: new Uint8Array(bytes), to, done })
    this.#waitingBytes += bytes.length
  }

  writable(): void {
    if (this.#closed || !this.#flush()) return
    while (this.#waiting.length > 0) {
      const { bytes, to, done } = this.#waiting.shift() as Waiting
      this.#waitingBytes -= bytes.length
      this.#out.bytes.set(bytes)
      this.#gathered = 1
      this.#gatheredBytes = bytes.length
      this.#segmentBytes = bytes.length
      this.#to = to
      this.#done = done
      if (!this.#flush()) return
    }
    this.#loop.want(this.#fd, true, false)
  }

  /** False: the kernel takes no more for now. */
  #flush(): boolean {
    if (this.#gathered === 0 || this.#closed) return true
    const result = this.#gathered === 1 && this.#to === undefined ? this.#sendOne() : this.#sendMany()
    if (result === -c.EAGAIN) {
      this.#loop.want(this.#fd, true, true)
      return false
    }
    const count = this.#gathered
    const done = this.#done
    this.#done = undefined
    this.#gathered = 0
    this.#gatheredBytes = 0
    if (result >= 0) done?.(null)
    else if (count > 1 && this.#segments && result !== -c.ECONNREFUSED) this.#sendSingly(count)
    else {
      const error = failure('send', result)
      if (done) done(error)
      else this.#onError(error)
    }
    return true
  }

  #sendOne(): number {
    return this.#libc.send(this.#fd, this.#out.address, this.#gatheredBytes, c.MSG_NOSIGNAL)
  }

  #sendMany(): number {
    const { view, bytes, address } = this.#sending
    const segments = this.#gathered > 1
    if (this.#to) bytes.set(this.#to, NAME)
    view.setUint32(MMSG_NAME_LENGTH, this.#to?.length ?? 0, true)
    view.setUint32(VECTOR + 8, this.#gatheredBytes, true)
    view.setUint32(MMSG_CONTROL_LENGTH, segments ? CMSG_DATA + 8 : 0, true)
    if (segments) view.setUint16(CONTROL + CMSG_DATA, this.#segmentBytes, true)
    return this.#libc.sendmsg(this.#fd, address, c.MSG_NOSIGNAL)
  }

  /** This way out cannot cut a batch in datagrams: each goes by itself from now on. */
  #sendSingly(count: number): void {
    this.#segments = false
    const bytes = this.#segmentBytes
    const all = this.#out.bytes.slice(0, count * bytes)
    for (let n = 0; n < count; n++) {
      this.#out.bytes.set(all.subarray(n * bytes, (n + 1) * bytes))
      this.#gathered = 1
      this.#gatheredBytes = bytes
      this.#flush()
    }
  }

  #destinationOf(port: number, address: string): Uint8Array {
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

  readable(): void {
    for (let n = 0; n < READS_PER_TURN && !this.#closed; n++) {
      const count = this.#receiving.receive(this.#fd)
      if (count < 0) {
        if (count === -c.EAGAIN) return
        this.#onError(failure('recvmmsg', count))
        return
      }
      for (let slot = 0; slot < count && !this.#closed; slot++) this.#received(slot)
      if (count < SLOTS) return
    }
  }

  #received(slot: number): void {
    const receiving = this.#receiving
    const bytes = receiving.bytesOf(slot)
    const from = receiving.fromOf(slot)
    const segment = receiving.segmentOf(slot, bytes)
    for (let at = 0; at === 0 || at < bytes; at += segment) {
      if (this.#closed) return
      this.#onMessage(receiving.view(slot, at, Math.min(segment, bytes - at)), from)
    }
  }
}
