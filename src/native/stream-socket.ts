import { EventEmitter } from 'node:events'
import { hasCapability, MSG_TRUNC_OF_TCP } from './capabilities.ts'
import * as c from './constants.ts'
import { KeptBytes } from './kept-bytes.ts'
import { SocketTimes } from './kernel-times.ts'
import { failure, type Libc } from './libc.ts'
import type { Loop } from './loop.ts'
import { BytesPiece, KeptPiece, type Pending, type Piece } from './piece.ts'
import type { Watcher } from './poller.ts'
import { addressesOf, OptionsOf } from './socket.ts'

/** Larger than node's: a call costs the same, and nothing of this is kept. */
const READ_BYTES = 256 * 1024
/** Skipping what need not be read pays from here on. */
const LEAST_SKIPPED_BYTES = 16 * 1024
/** After that so many reads take no more than the head of what comes next. */
const HEAD_BYTES = 4 * 1024
const HEAD_READS = 8
const READS_PER_TURN = 16

/** What all sockets read into: what is in it is handled before the next call. */
const memory = new Uint8Array(READ_BYTES)

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
  readonly gathers = true
  /** Counted without having been in memory. */
  unreadBytes = 0
  destroyed = false
  writableLength = 0
  readonly kernelTimes: SocketTimes | undefined
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
  readonly #loop: Loop
  readonly #libc: Libc
  readonly #fd: number
  readonly #pending: Pending[] = []
  #kept: KeptBytes | undefined
  #keptOf: Uint8Array | undefined
  /** Found out once: no message has to ask again. */
  #mayKeep: boolean | undefined
  #headReads = 0
  #reads = false
  #ends = false
  #ended = false
  #peerEnded = false
  #watched = false

  /** @param fd connected, and not blocking; `timed` before anything was sent */
  constructor(loop: Loop, fd: number, timed = false) {
    super()
    this.#loop = loop
    this.#libc = loop.libc
    this.#fd = fd
    if (timed) this.kernelTimes = SocketTimes.of(loop.libc, fd, loop.scratch, 'stream')
    const { local, remote } = addressesOf(loop.libc, fd)
    this.localAddress = local.address
    this.localPort = local.port
    this.remoteAddress = remote.address
    this.remotePort = remote.port
  }

  /** Until it is destroyed: then its number may be another's. */
  get descriptor(): number | undefined {
    return this.destroyed ? undefined : this.#fd
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

  /** Nothing is held back but by `writeTogether`. */
  cork(): void {}
  uncork(): void {}

  writeTogether(head: Uint8Array, body: Uint8Array, written?: () => void): boolean {
    this.#writeHead(head)
    return this.write(body, written)
  }

  /** More follows at once, and leaves with it. */
  #writeHead(head: Uint8Array): void {
    this.#write(head, c.MSG_MORE)
  }

  write(bytes: Uint8Array, written?: () => void): boolean {
    return this.#write(bytes, 0, written)
  }

  #write(bytes: Uint8Array, more: number, written?: () => void): boolean {
    if (this.destroyed) return false
    this.#loop.goOn()
    if (this.#pending.length > 0) return this.#wait(new BytesPiece(this.#libc, this.#fd, bytes), written)
    const flags = c.MSG_NOSIGNAL | c.MSG_DONTWAIT | more
    const sent = bytes.length === 0 ? 0 : this.#libc.sendBytes(this.#fd, bytes, bytes.length, flags)
    if (sent > 0) this.kernelTimes?.sent(sent)
    if (sent === bytes.length) {
      written?.()
      return true
    }
    if (sent < 0 && sent !== -c.EAGAIN) return this.#fail('write', sent)
    const left = sent > 0 ? bytes.subarray(sent) : bytes
    return this.#wait(new BytesPiece(this.#libc, this.#fd, left), written)
  }

  /** Has the kernel keep these bytes, in the place of others; false where it cannot, or still sends from those. */
  keep(memory: Uint8Array): boolean {
    if (this.#keptOf === memory) return true
    if (this.destroyed || this.#pending.length > 0) return false
    this.#mayKeep ??= !this.#paces()
    if (!this.#mayKeep) return false
    try {
      const next = new KeptBytes(this.#libc, memory)
      this.#kept?.free()
      this.#kept = next
      this.#keptOf = memory
      return true
    } catch {
      this.#mayKeep = false
      return false
    }
  }

  /** bbr paces by what it is given: what comes page by page leaves at half the rate. */
  #paces(): boolean {
    const options = new OptionsOf(this.#libc, this.#loop.scratch, this.#fd)
    return options.congestion().startsWith('bbr')
  }

  writeKept(head: Uint8Array, from: number, written?: () => void): boolean {
    if (this.destroyed) return false
    this.#writeHead(head)
    if (this.destroyed) return false
    const piece = new KeptPiece(this.#kept as KeptBytes, this.#fd, from)
    if (this.#pending.length > 0) return this.#wait(piece, written)
    const sent = piece.send()
    if (sent < 0 && sent !== -c.EAGAIN) return this.#fail('sendfile', sent)
    if (sent > 0) this.kernelTimes?.sent(sent)
    if (piece.length > 0) return this.#wait(piece, written)
    written?.()
    return true
  }

  #wait(piece: Piece, written: (() => void) | undefined): false {
    this.#pending.push({ piece, written })
    this.writableLength += piece.length
    this.kernelTimes?.waits()
    if (this.#pending.length === 1) this.#want()
    return false
  }

  writable(): void {
    for (;;) {
      const next = this.#pending[0]
      if (next === undefined) break
      const { piece, written } = next
      const sent = piece.send()
      if (sent === -c.EAGAIN) return
      if (sent < 0) {
        this.#fail('write', sent)
        return
      }
      this.kernelTimes?.sent(sent)
      this.writableLength -= sent
      if (piece.length > 0) continue
      this.#pending.shift()
      written?.()
      if (this.destroyed) return
    }
    this.#want()
    if (this.#ends) this.#shutDown()
  }

  erred(): void {
    this.kernelTimes?.drain()
  }

  readable(): boolean {
    for (let n = 0; n < READS_PER_TURN && this.#reads && !this.destroyed; n++) {
      const skippable = this.skippableBytes()
      const skips = skippable >= LEAST_SKIPPED_BYTES && hasCapability(this.#libc, MSG_TRUNC_OF_TCP)
      if (skips) this.#headReads = HEAD_READS
      const wanted = skips ? skippable : --this.#headReads > 0 ? HEAD_BYTES : READ_BYTES
      const count = skips
        ? this.#libc.recv(this.#fd, 0, wanted, c.MSG_DONTWAIT | c.MSG_TRUNC)
        : this.#read(wanted)
      if (count === -c.EAGAIN) {
        this.kernelTimes?.hear()
        return n > 0
      }
      if (count < 0) {
        this.#fail('read', count)
        return true
      }
      if (count === 0) {
        this.#peerEnded = true
        this.emit('end')
        this.#leave()
        this.#want()
        return true
      }
      if (skips) this.unreadBytes += count
      if (!this.onBytes(memory, count)) this.pause()
      if (count < wanted) {
        // Of bulk: nobody has to wake this process for each segment.
        if (this.#headReads > 0) this.#loop.gather()
        return true
      }
    }
    return true
  }

  #read(bytes: number): number {
    const times = this.kernelTimes
    if (times === undefined) return this.#libc.recvBytes(this.#fd, memory, bytes, c.MSG_DONTWAIT)
    const count = times.receive()
    if (count > 0) memory.set(times.received(count))
    return count
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
    this.#kept?.free()
    this.kernelTimes?.free()
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
