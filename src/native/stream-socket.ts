import { EventEmitter } from 'node:events'
import * as c from './constants.ts'
import { failure, type Libc } from './libc.ts'
import type { Loop, Watcher } from './loop.ts'
import { addressesOf } from './socket.ts'

/** Larger than node's: a call costs the same, and nothing of this is kept. */
const READ_BYTES = 256 * 1024
const READS_PER_TURN = 4

/** What all sockets read into: what is in it is handled before the next call. */
const memory = new Uint8Array(READ_BYTES)

interface Pending {
  readonly bytes: Uint8Array
  readonly written: (() => void) | undefined
}

interface StreamEvents {
  readonly end: []
  readonly error: [Error]
  readonly close: []
}

/** What the `stream` room needs of a connection: node:net's, or this one over system calls. */
export class NativeStreamSocket extends EventEmitter<StreamEvents> implements Watcher {
  /** False: read no more until resumed. */
  onBytes: (memory: Uint8Array, bytes: number) => boolean = () => true
  /** How many bytes that come next need not be in the memory. */
  skippableBytes: () => number = () => 0
  destroyed = false
  writableLength = 0
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
  readonly #loop: Loop
  readonly #libc: Libc
  readonly #fd: number
  readonly #pending: Pending[] = []
  #reads = false
  #corked = false
  #ends = false
  #ended = false
  #peerEnded = false
  #watched = false

  /** @param fd connected, and not blocking */
  constructor(loop: Loop, fd: number) {
    super()
    this.#loop = loop
    this.#libc = loop.libc
    this.#fd = fd
    const { local, remote } = addressesOf(loop.libc, fd)
    this.localAddress = local.address
    this.localPort = local.port
    this.remoteAddress = remote.address
    this.remotePort = remote.port
  }

  pause(): this {
    return this.#setReads(false)
  }

  resume(): this {
    return this.#setReads(true)
  }

  #setReads(reads: boolean): this {
    if (this.#reads === reads) return this
    this.#reads = reads
    this.#want()
    return this
  }

  /** Watched only while something is wanted: the kernel tells of a broken connection whether asked or not, for ever. */
  #want(): void {
    if (this.destroyed) return
    const reads = this.#reads && !this.#peerEnded
    const writes = this.#pending.length > 0
    if (!reads && !writes) this.#unwatch()
    else if (this.#watched) this.#loop.want(this.#fd, reads, writes)
    else {
      this.#watched = true
      this.#loop.watch(this.#fd, this, (reads ? c.EPOLLIN : 0) | (writes ? c.EPOLLOUT : 0))
    }
  }

  #unwatch(): void {
    if (!this.#watched) return
    this.#watched = false
    this.#loop.unwatch(this.#fd)
  }

  cork(): void {
    this.#corked = true
  }

  uncork(): void {
    this.#corked = false
  }

  write(bytes: Uint8Array, written?: () => void): boolean {
    if (this.destroyed) return false
    if (this.#pending.length > 0) return this.#wait(bytes, written)
    const flags = c.MSG_NOSIGNAL | c.MSG_DONTWAIT | (this.#corked ? c.MSG_MORE : 0)
    const sent = bytes.length === 0 ? 0 : this.#libc.sendBytes(this.#fd, bytes, bytes.length, flags)
    if (sent === bytes.length) {
      written?.()
      return true
    }
    if (sent < 0 && sent !== -c.EAGAIN) return this.#fail('write', sent)
    return this.#wait(sent > 0 ? bytes.subarray(sent) : bytes, written)
  }

  #wait(bytes: Uint8Array, written: (() => void) | undefined): false {
    this.#pending.push({ bytes, written })
    this.writableLength += bytes.length
    if (this.#pending.length === 1) this.#want()
    return false
  }

  writable(): void {
    for (;;) {
      const next = this.#pending[0]
      if (next === undefined) break
      const { bytes, written } = next
      const sent = this.#libc.sendBytes(this.#fd, bytes, bytes.length, c.MSG_NOSIGNAL | c.MSG_DONTWAIT)
      if (sent === -c.EAGAIN) return
      if (sent < 0) {
        this.#fail('write', sent)
        return
      }
      this.writableLength -= sent
      if (sent < bytes.length) {
        this.#pending[0] = { bytes: bytes.subarray(sent), written }
        continue
      }
      this.#pending.shift()
      written?.()
      if (this.destroyed) return
    }
    this.#want()
    if (this.#ends) this.#shutDown()
  }

  readable(): void {
    for (let n = 0; n < READS_PER_TURN && this.#reads && !this.destroyed; n++) {
      const skippable = this.skippableBytes()
      const skips = skippable >= READ_BYTES
      const wanted = skips ? skippable : READ_BYTES
      const count = skips
        ? this.#libc.recv(this.#fd, 0, wanted, c.MSG_DONTWAIT | c.MSG_TRUNC)
        : this.#libc.recvBytes(this.#fd, memory, READ_BYTES, c.MSG_DONTWAIT)
      if (count === -c.EAGAIN) return
      if (count < 0) {
        this.#fail('read', count)
        return
      }
      if (count === 0) {
        this.#peerEnded = true
        this.emit('end')
        this.#leave()
        this.#want()
        return
      }
      if (!this.onBytes(memory, count)) this.pause()
      if (count < wanted) return
    }
  }

  /** No more is written; what waits leaves first. */
  end(): void {
    this.#ends = true
    if (this.#pending.length === 0) this.#shutDown()
  }

  #shutDown(): void {
    if (this.#ended || this.destroyed) return
    this.#ended = true
    // Else it is closed, which says the same.
    if (!this.#peerEnded) this.#libc.shutdown(this.#fd, c.SHUT_WR)
    this.#leave()
  }

  #leave(): void {
    if (this.#ended && this.#peerEnded) this.destroy()
  }

  destroy(): void {
    if (this.destroyed) return
    this.destroyed = true
    if (this.#watched) this.#loop.forget(this.#fd)
    this.#libc.close(this.#fd)
    this.#pending.length = 0
    queueMicrotask(() => this.emit('close'))
  }

  #fail(call: string, result: number): false {
    const error = failure(call, result)
    queueMicrotask(() => {
      if (this.listenerCount('error') > 0) this.emit('error', error)
    })
    this.destroy()
    return false
  }
}
