import { SEGMENTS_BEFORE_6_9, segmentsOf } from '../core/segments.ts'
import * as c from './constants.ts'
import type { Libc } from './libc.ts'
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

const OUT_BYTES = 65_536

/** What the kernel answers to a packet that it, or the way out, cannot cut apart. */
const CANNOT_CUT = new Set([-c.EINVAL, -c.EMSGSIZE, -c.EIO])

// Where each part of the message to send lies.
const VECTOR = MMSG_BYTES
const NAME = VECTOR + VECTOR_BYTES
const CONTROL = NAME + NAME_BYTES

/** Whether this kernel takes as many as newer ones do; it says so when it does not. */
let takesMany = true

/** What leaves by one call: datagrams of one size for one destination, which the kernel cuts apart (UDP_SEGMENT, udp(7)). */
export class Batch {
  /** Datagrams in it. */
  count = 0
  /** Of them all. */
  bytes = 0
  readonly #libc: Libc
  readonly #fd: number
  readonly #out: NativeMemory
  readonly #head: NativeMemory
  #segmentBytes = 0
  #to: Uint8Array | undefined
  /** This way out cuts datagrams apart. */
  #cuts = true
  /** What the memory holds copies of. */
  #copied: Uint8Array | undefined
  #copies: Uint8Array[] = []

  constructor(libc: Libc, fd: number) {
    this.#libc = libc
    this.#fd = fd
    this.#out = libc.alloc(OUT_BYTES)
    this.#head = libc.alloc(CONTROL + CONTROL_BYTES)
    const { view, address } = this.#head
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

  /** One more, as long as those in it and for the same one as those in it. */
  add(bytes: Uint8Array, to: Uint8Array | undefined): void {
    this.#out.bytes.set(bytes, this.bytes)
    this.#copied = undefined
    this.count++
    this.bytes += bytes.length
    this.#segmentBytes = bytes.length
    this.#to = to
  }

  /** Fills it, while it is empty, with as many copies as it takes; `next` sets each apart from the others. */
  fill(message: Uint8Array, to: Uint8Array | undefined, next: (copy: Uint8Array) => void): void {
    const { length } = message
    const most = this.#most(length)
    if (this.#copied !== message || this.#copies.length !== most) this.#copy(message, most)
    for (let n = 0; n < most; n++) next(this.#copies[n] as Uint8Array)
    this.count = most
    this.bytes = most * length
    this.#segmentBytes = length
    this.#to = to
  }

  #copy(message: Uint8Array, count: number): void {
    const { bytes } = this.#out
    const { length } = message
    this.#copied = message
    this.#copies = Array.from({ length: count }, (_, n) => bytes.subarray(n * length, (n + 1) * length))
    for (const copy of this.#copies) copy.set(message)
  }

  /** Gives it to the kernel. Negative: the error; -EAGAIN leaves it as it is, anything else leaves it empty. */
  send(): number {
    const result = this.count === 1 && this.#to === undefined ? this.#sendOne() : this.#sendMany()
    if (result === -c.EAGAIN) return result
    const { count } = this
    this.count = 0
    this.bytes = 0
    if (count === 1 || !CANNOT_CUT.has(result)) return result
    if (count > SEGMENTS_BEFORE_6_9 && takesMany) {
      takesMany = false
      return this.#resend(count, SEGMENTS_BEFORE_6_9)
    }
    this.#cuts = false
    return this.#resend(count, 1)
  }

  free(): void {
    this.#out.free()
    this.#head.free()
  }

  #most(bytes: number): number {
    if (!this.#cuts || bytes === 0) return 1
    const most = segmentsOf(bytes)
    return takesMany ? most : Math.min(most, SEGMENTS_BEFORE_6_9)
  }

  #sendOne(): number {
    return this.#libc.send(this.#fd, this.#out.address, this.bytes, c.MSG_NOSIGNAL)
  }

  #sendMany(): number {
    const { view, bytes, address } = this.#head
    const segments = this.count > 1
    if (this.#to) bytes.set(this.#to, NAME)
    view.setUint32(MMSG_NAME_LENGTH, this.#to?.length ?? 0, true)
    view.setUint32(VECTOR + 8, this.bytes, true)
    view.setUint32(MMSG_CONTROL_LENGTH, segments ? CMSG_DATA + 8 : 0, true)
    if (segments) view.setUint16(CONTROL + CMSG_DATA, this.#segmentBytes, true)
    return this.#libc.sendmsg(this.#fd, address, c.MSG_NOSIGNAL)
  }

  /** Again, in smaller pieces. What the kernel does not take now is lost, as a datagram may be. */
  #resend(count: number, perCall: number): number {
    const bytes = this.#segmentBytes
    const to = this.#to
    const all = this.#out.bytes.slice(0, count * bytes)
    let result = 0
    for (let n = 0; n < count; n += perCall) {
      for (let m = n; m < Math.min(count, n + perCall); m++)
        this.add(all.subarray(m * bytes, (m + 1) * bytes), to)
      const outcome = this.send()
      if (outcome < 0) result = outcome
      this.count = 0
      this.bytes = 0
    }
    return result === -c.EAGAIN ? 0 : result
  }
}
