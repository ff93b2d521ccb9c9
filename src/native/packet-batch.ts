import * as c from './constants.ts'
import type { KernelClock } from './kernel-clock.ts'
import type { Libc } from './libc.ts'
import type { NativeMemory } from './memory.ts'
import {
  CMSG_DATA,
  CMSG_TYPE,
  MMSG_BYTES,
  MMSG_CONTROL,
  MMSG_CONTROL_LENGTH,
  MMSG_RECEIVED,
  MMSG_VECTOR,
  MMSG_VECTOR_LENGTH,
  VECTOR_BYTES,
} from './message-layout.ts'

const HALF = 2 ** 32
/** struct timespec behind its head. */
const TIME_BYTES = CMSG_DATA + 16

/** Heads of messages whose bytes lie wherever they are placed. Nothing is allocated for a message. */
class Heads {
  readonly memory: NativeMemory
  readonly #vectors: number

  constructor(libc: Libc, count: number, controlBytes: number) {
    this.#vectors = count * MMSG_BYTES
    const controls = this.#vectors + count * VECTOR_BYTES
    this.memory = libc.alloc(controls + count * controlBytes)
    const { address } = this.memory
    for (let n = 0; n < count; n++) {
      this.#put(n * MMSG_BYTES + MMSG_VECTOR, address + this.#vectors + n * VECTOR_BYTES)
      this.#put(n * MMSG_BYTES + MMSG_VECTOR_LENGTH, 1)
      if (controlBytes > 0) this.#put(n * MMSG_BYTES + MMSG_CONTROL, address + controls + n * controlBytes)
    }
  }

  place(n: number, address: number, bytes: number): void {
    const at = this.#vectors + n * VECTOR_BYTES
    this.#put(at, address)
    this.memory.view.setUint32(at + 8, bytes, true)
  }

  #put(at: number, value: number): void {
    const { view } = this.memory
    view.setUint32(at, value % HALF, true)
    view.setUint32(at + 4, Math.floor(value / HALF), true)
  }
}

/** Frames that are received by one call, and when the kernel had them. */
export class ReceiveBatch {
  readonly count: number
  readonly #libc: Libc
  readonly #heads: Heads
  readonly #controls: number
  /** Heads that the kernel wrote to. */
  #used: number

  constructor(libc: Libc, count: number) {
    this.count = count
    this.#libc = libc
    this.#heads = new Heads(libc, count, TIME_BYTES)
    this.#controls = count * (MMSG_BYTES + VECTOR_BYTES)
    this.#used = count
  }

  /** Where the n-th is to be put. */
  place(n: number, address: number, bytes: number): void {
    this.#heads.place(n, address, bytes)
  }

  /** How many there were, or the error. */
  receive(fd: number): number {
    const { view, address } = this.#heads.memory
    for (let n = 0; n < this.#used; n++)
      view.setUint32(n * MMSG_BYTES + MMSG_CONTROL_LENGTH, TIME_BYTES, true)
    const count = this.#libc.recvmmsg(fd, address, this.count, c.MSG_DONTWAIT | c.MSG_TRUNC, 0)
    this.#used = Math.max(0, count)
    return count
  }

  /** How long the frame is; more than it was given room for: it was cut off. */
  bytesOf(n: number): number {
    return this.#heads.memory.view.getUint32(n * MMSG_BYTES + MMSG_RECEIVED, true)
  }

  /** On the monotonic clock; NaN where the kernel does not say. */
  timeOf(n: number, clock: KernelClock): number {
    const { view } = this.#heads.memory
    const at = this.#controls + n * TIME_BYTES
    const isTold = view.getUint32(n * MMSG_BYTES + MMSG_CONTROL_LENGTH, true) === TIME_BYTES
    if (!isTold || view.getInt32(at + CMSG_TYPE, true) !== c.SO_TIMESTAMPNS) return Number.NaN
    return clock.monotonic(view.getUint32(at + CMSG_DATA, true), view.getUint32(at + CMSG_DATA + 8, true))
  }
}

/** Frames that are sent by one call. */
export class SendBatch {
  readonly count: number
  readonly #libc: Libc
  readonly #heads: Heads

  constructor(libc: Libc, count: number) {
    this.count = count
    this.#libc = libc
    this.#heads = new Heads(libc, count, 0)
  }

  place(n: number, address: number, bytes: number): void {
    this.#heads.place(n, address, bytes)
  }

  /** Sends those from one on, up to another; how many were taken, or the error of the first. */
  send(fd: number, from: number, to: number): number {
    const { address } = this.#heads.memory
    return this.#libc.sendmmsg(fd, address + from * MMSG_BYTES, to - from, c.MSG_DONTWAIT)
  }
}
