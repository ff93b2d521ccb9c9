import type { RemoteInfo } from 'node:dgram'
import * as c from './constants.ts'
import { errorCode, type Libc } from './libc.ts'
import type { Loop, Watcher } from './loop.ts'
import type { NativeMemory } from './memory.ts'
import { addressesOf, type Named, OptionsOf } from './socket.ts'
import { hostPort, socketAddress } from './socket-address.ts'

const DATAGRAM_BYTES = 65_536
/** Received by one call. */
const SLOTS = 16
const NAME_BYTES = 32
const CONTROL_BYTES = 64
/** How many calls may receive before others have their turn. */
const READS_PER_TURN = 4
/** Linux sends no more segments by one call (UDP_MAX_SEGMENTS; 64 before 6.9). */
const MOST_SEGMENTS = 64
const MOST_BATCH_BYTES = 65_507

// struct mmsghdr, LP64: name, its length, vector, its length, control, its length, flags, then what was received.
const MMSG_BYTES = 64
const MMSG_NAME = 0
const MMSG_NAME_LENGTH = 8
const MMSG_VECTOR = 16
const MMSG_VECTOR_LENGTH = 24
const MMSG_CONTROL = 32
const MMSG_CONTROL_LENGTH = 40
const MMSG_RECEIVED = 56
const VECTOR_BYTES = 16
// struct cmsghdr: its length, level and type, then data.
const CMSG_LEVEL = 8
const CMSG_TYPE = 12
const CMSG_DATA = 16

type Done = (error: Error | null) => void

interface Waiting {
  readonly bytes: Uint8Array
  readonly to: Destination | undefined
  readonly done: Done | undefined
}

interface Destination {
  readonly name: NativeMemory
  readonly bytes: number
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
  readonly #receiving: Receiving
  readonly #out: NativeMemory
  readonly #sending: NativeMemory
  readonly #destinations = new Map<string, Destination>()
  #lastPort = 0
  #lastAddress = ''
  #lastDestination: Destination | undefined
  /** Gathered, not yet sent: so many datagrams of so many bytes each, to one destination. */
  #gathered = 0
  #gatheredBytes = 0
  #segmentBytes = 0
  #to: Destination | undefined
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
    receiving ??= new Receiving(libc)
    this.#receiving = receiving
    this.#out = libc.alloc(DATAGRAM_BYTES)
    this.#sending = libc.alloc(MMSG_BYTES + VECTOR_BYTES + CONTROL_BYTES)
    this.#layOut()
    this.#set(c.SOL_UDP, c.UDP_GRO, 1)
    loop.watch(fd, this, c.EPOLLIN)
  }

  #layOut(): void {
    const sending = this.#sending
    const set = (at: number, value: number) => sending.view.setBigUint64(at, BigInt(value), true)
    set(MMSG_VECTOR, sending.address + MMSG_BYTES)
    set(MMSG_VECTOR_LENGTH, 1)
    set(MMSG_BYTES, this.#out.address)
    const control = MMSG_BYTES + VECTOR_BYTES
    set(control, CMSG_DATA + 2)
    sending.view.setInt32(control + CMSG_LEVEL, c.SOL_UDP, true)
    sending.view.setInt32(control + CMSG_TYPE, c.UDP_SEGMENT, true)
  }

  #set(level: number, name: number, value: number): number {
    const { view, address } = this.#sending
    const at = MMSG_BYTES + VECTOR_BYTES + 32
    view.setInt32(at, value, true)
    return this.#libc.setsockopt(this.#fd, level, name, address + at, 4)
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

  #get(name: number): number {
    const memory = this.#libc.alloc(8)
    try {
      return new OptionsOf(this.#libc, memory, this.#fd).get(c.SOL_SOCKET, name)
    } finally {
      memory.free()
    }
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

  #send(bytes: Uint8Array, to: Destination | undefined, done: Done | undefined): void {
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
    return this.#get(c.SO_RCVBUF)
  }

  getSendBufferSize(): number {
    return this.#get(c.SO_SNDBUF)
  }

  close(closed: () => void): void {
    if (this.#closed) return
    this.#flush()
    this.#closed = true
    this.#loop.unwatch(this.#fd)
    this.#libc.close(this.#fd)
    for (const { name } of this.#destinations.values()) name.free()
    this.#out.free()
    this.#sending.free()
    this.#loop.soon(closed)
  }

  readonly #flushDirty = (): void => {
    this.#isDirty = false
    this.#flush()
  }

  #wait(bytes: Uint8Array, to: Destination | undefined, done: Done | undefined): void {
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
      const code = errorCode(result)
      const error = Object.assign(new Error(`send ${code}`), { code })
      if (done) done(error)
      else this.#onError(error)
    }
    return true
  }

  #sendOne(): number {
    return this.#libc.send(this.#fd, this.#out.address, this.#gatheredBytes, c.MSG_NOSIGNAL)
  }

  #sendMany(): number {
    const { view, address } = this.#sending
    const to = this.#to
    view.setBigUint64(MMSG_NAME, BigInt(to?.name.address ?? 0), true)
    view.setUint32(MMSG_NAME_LENGTH, to?.bytes ?? 0, true)
    view.setUint32(MMSG_BYTES + 8, this.#gatheredBytes, true)
    const control = MMSG_BYTES + VECTOR_BYTES
    const segments = this.#gathered > 1
    view.setBigUint64(MMSG_CONTROL, segments ? BigInt(address + control) : 0n, true)
    view.setUint32(MMSG_CONTROL_LENGTH, segments ? CMSG_DATA + 8 : 0, true)
    if (segments) view.setUint16(control + CMSG_DATA, this.#segmentBytes, true)
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

  #destinationOf(port: number, address: string): Destination {
    if (port === this.#lastPort && address === this.#lastAddress && this.#lastDestination)
      return this.#lastDestination
    const key = `${address} ${port}`
    let found = this.#destinations.get(key)
    if (found === undefined) {
      if (this.#destinations.size >= 4096) this.#forgetDestinations()
      const name = socketAddress(address, this.#family, port)
      const memory = this.#libc.alloc(NAME_BYTES)
      memory.bytes.set(name)
      found = { name: memory, bytes: name.length }
      this.#destinations.set(key, found)
    }
    this.#lastPort = port
    this.#lastAddress = address
    this.#lastDestination = found
    return found
  }

  #forgetDestinations(): void {
    this.#flush()
    for (const { name } of this.#destinations.values()) name.free()
    this.#destinations.clear()
  }

  readable(): void {
    for (let n = 0; n < READS_PER_TURN && !this.#closed; n++) {
      const count = this.#receiving.receive(this.#fd)
      if (count < 0) {
        if (count === -c.EAGAIN) return
        const code = errorCode(count)
        this.#onError(Object.assign(new Error(`recvmmsg ${code}`), { code }))
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

let receiving: Receiving | undefined

/** Memory that all sockets receive into: what is in it is handled before the next call. */
class Receiving {
  readonly #libc: Libc
  readonly #in: NativeMemory
  readonly #heads: NativeMemory
  readonly #views: Views
  #from: RemoteInfo = { address: '', family: 'IPv4', port: 0, size: 0 }
  readonly #fromName = new Uint8Array(NAME_BYTES)

  constructor(libc: Libc) {
    this.#libc = libc
    this.#in = libc.alloc(SLOTS * DATAGRAM_BYTES)
    this.#heads = libc.alloc(SLOTS * (MMSG_BYTES + VECTOR_BYTES + NAME_BYTES + CONTROL_BYTES))
    this.#views = new Views(this.#in)
    const { view, address } = this.#heads
    const vectors = SLOTS * MMSG_BYTES
    const names = vectors + SLOTS * VECTOR_BYTES
    const controls = names + SLOTS * NAME_BYTES
    const put = (at: number, value: number) => view.setBigUint64(at, BigInt(value), true)
    for (let n = 0; n < SLOTS; n++) {
      put(vectors + n * VECTOR_BYTES, this.#in.address + n * DATAGRAM_BYTES)
      put(vectors + n * VECTOR_BYTES + 8, DATAGRAM_BYTES)
      put(n * MMSG_BYTES + MMSG_NAME, address + names + n * NAME_BYTES)
      put(n * MMSG_BYTES + MMSG_VECTOR, address + vectors + n * VECTOR_BYTES)
      put(n * MMSG_BYTES + MMSG_VECTOR_LENGTH, 1)
      put(n * MMSG_BYTES + MMSG_CONTROL, address + controls + n * CONTROL_BYTES)
    }
  }

  /** How many slots were filled, or the error. */
  receive(fd: number): number {
    const { view, address } = this.#heads
    for (let slot = 0; slot < SLOTS; slot++) {
      view.setUint32(slot * MMSG_BYTES + MMSG_NAME_LENGTH, NAME_BYTES, true)
      view.setUint32(slot * MMSG_BYTES + MMSG_CONTROL_LENGTH, CONTROL_BYTES, true)
    }
    return this.#libc.recvmmsg(fd, address, SLOTS, c.MSG_DONTWAIT, 0)
  }

  bytesOf(slot: number): number {
    return this.#heads.view.getUint32(slot * MMSG_BYTES + MMSG_RECEIVED, true)
  }

  view(slot: number, at: number, bytes: number): Uint8Array {
    return this.#views.of(slot, at, bytes)
  }

  /** Bytes of each datagram of a slot, but perhaps the last. */
  segmentOf(slot: number, bytes: number): number {
    const { view } = this.#heads
    const whole = Math.max(bytes, 1)
    if (view.getUint32(slot * MMSG_BYTES + MMSG_CONTROL_LENGTH, true) < CMSG_DATA + 4) return whole
    const control = SLOTS * (MMSG_BYTES + VECTOR_BYTES + NAME_BYTES) + slot * CONTROL_BYTES
    const isGro =
      view.getInt32(control + CMSG_LEVEL, true) === c.SOL_UDP &&
      view.getInt32(control + CMSG_TYPE, true) === c.UDP_GRO
    return isGro ? Math.max(view.getInt32(control + CMSG_DATA, true), 1) : whole
  }

  /** One object for all that comes from one address in a row. */
  fromOf(slot: number): RemoteInfo {
    const { bytes, view } = this.#heads
    const at = SLOTS * (MMSG_BYTES + VECTOR_BYTES) + slot * NAME_BYTES
    const length = view.getUint32(slot * MMSG_BYTES + MMSG_NAME_LENGTH, true)
    const last = this.#fromName
    let same = true
    for (let n = 0; n < length && same; n++) same = bytes[at + n] === last[n]
    if (same) return this.#from
    last.set(bytes.subarray(at, at + NAME_BYTES))
    const { address, port } = hostPort(last)
    this.#from = { address, port, family: last[0] === c.AF_INET6 ? 'IPv6' : 'IPv4', size: 0 }
    return this.#from
  }
}

/** Views of what was received. As a rule all datagrams are of one size: its views are made once. */
class Views {
  readonly #memory: NativeMemory
  #bytes = 0
  #made: Uint8Array[][] = []

  constructor(memory: NativeMemory) {
    this.#memory = memory
  }

  of(slot: number, at: number, bytes: number): Uint8Array {
    const start = slot * DATAGRAM_BYTES + at
    if (bytes !== this.#bytes) {
      if (at > 0 || bytes === 0) return this.#memory.bytes.subarray(start, start + bytes)
      this.#bytes = bytes
      this.#made = Array.from({ length: SLOTS }, () => [])
    }
    const index = at / bytes
    const row = this.#made[slot] as Uint8Array[]
    let view = row[index]
    if (view === undefined) {
      view = this.#memory.bytes.subarray(start, start + bytes)
      row[index] = view
    }
    return view
  }
}
