import type { RemoteInfo } from 'node:dgram'
import * as c from './constants.ts'
import { controlData } from './control-message.ts'
import { timeOf } from './kernel-times.ts'
import type { Libc } from './libc.ts'
import type { NativeMemory } from './memory.ts'
import {
  CONTROL_BYTES,
  MMSG_BYTES,
  MMSG_CONTROL,
  MMSG_CONTROL_LENGTH,
  MMSG_NAME,
  MMSG_NAME_LENGTH,
  MMSG_RECEIVED,
  MMSG_VECTOR,
  MMSG_VECTOR_LENGTH,
  NAME_BYTES,
  VECTOR_BYTES,
} from './message-layout.ts'
import { hostPort } from './socket-address.ts'

export const DATAGRAM_BYTES = 65_536
/** Received by one call. */
export const SLOTS = 16

// Where the parts of the heads lie.
const VECTORS = SLOTS * MMSG_BYTES
const NAMES = VECTORS + SLOTS * VECTOR_BYTES
const CONTROLS = NAMES + SLOTS * NAME_BYTES

/** Memory that all sockets receive into: what is in it is handled before the next call. */
export class Receiving {
  readonly #libc: Libc
  readonly #in: NativeMemory
  readonly #heads: NativeMemory
  readonly #views: Views
  readonly #packedViews: Views
  /** Slots that the last call filled: the kernel wrote their lengths. */
  #used = SLOTS
  #from: RemoteInfo = { address: '', family: 'IPv4', port: 0, size: 0 }
  readonly #fromName = new Uint8Array(NAME_BYTES)

  constructor(libc: Libc) {
    this.#libc = libc
    this.#in = libc.alloc(SLOTS * DATAGRAM_BYTES)
    this.#heads = libc.alloc(CONTROLS + SLOTS * CONTROL_BYTES)
    this.#views = new Views(this.#in)
    this.#packedViews = new Views(this.#in)
    const { view, address } = this.#heads
    const put = (at: number, value: number) => view.setBigUint64(at, BigInt(value), true)
    for (let n = 0; n < SLOTS; n++) {
      put(VECTORS + n * VECTOR_BYTES, this.#in.address + n * DATAGRAM_BYTES)
      put(VECTORS + n * VECTOR_BYTES + 8, DATAGRAM_BYTES)
      put(n * MMSG_BYTES + MMSG_NAME, address + NAMES + n * NAME_BYTES)
      put(n * MMSG_BYTES + MMSG_VECTOR, address + VECTORS + n * VECTOR_BYTES)
      put(n * MMSG_BYTES + MMSG_VECTOR_LENGTH, 1)
      put(n * MMSG_BYTES + MMSG_CONTROL, address + CONTROLS + n * CONTROL_BYTES)
    }
  }

  /** How many slots were filled, or the error. */
  receive(fd: number): number {
    const { view, address } = this.#heads
    for (let slot = 0; slot < this.#used; slot++) {
      view.setUint32(slot * MMSG_BYTES + MMSG_NAME_LENGTH, NAME_BYTES, true)
      view.setUint32(slot * MMSG_BYTES + MMSG_CONTROL_LENGTH, CONTROL_BYTES, true)
    }
    const count = this.#libc.recvmmsg(fd, address, SLOTS, c.MSG_DONTWAIT, 0)
    this.#used = Math.max(0, count)
    return count
  }

  bytesOf(slot: number): number {
    return this.#heads.view.getUint32(slot * MMSG_BYTES + MMSG_RECEIVED, true)
  }

  view(slot: number, at: number, bytes: number): Uint8Array {
    return this.#views.of(slot, at, bytes)
  }

  /** All of a slot. */
  packed(slot: number, bytes: number): Uint8Array {
    return this.#packedViews.of(slot, 0, bytes)
  }

  /** Bytes of each datagram of a slot, but perhaps the last. */
  segmentOf(slot: number, bytes: number): number {
    const whole = Math.max(bytes, 1)
    const length = this.#controlLength(slot)
    if (length === 0) return whole
    const { view } = this.#heads
    const data = controlData(view, CONTROLS + slot * CONTROL_BYTES, length, c.SOL_UDP, c.UDP_GRO)
    return data < 0 ? whole : Math.max(view.getInt32(data, true), 1)
  }

  /** When the kernel received what is in a slot, ns; NaN where it does not tell. */
  timeOf(slot: number): number {
    return timeOf(this.#heads.view, CONTROLS + slot * CONTROL_BYTES, this.#controlLength(slot))
  }

  #controlLength(slot: number): number {
    return this.#heads.view.getUint32(slot * MMSG_BYTES + MMSG_CONTROL_LENGTH, true)
  }

  /** One object for all that comes from one address in a row. */
  fromOf(slot: number): RemoteInfo {
    const { bytes, view } = this.#heads
    const at = NAMES + slot * NAME_BYTES
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

let shared: Receiving | undefined

/** The one of this process. */
export function sharedReceiving(libc: Libc): Receiving {
  shared ??= new Receiving(libc)
  return shared
}

/** Views of what was received. As a rule all datagrams are of one size: its views are made once. */
class Views {
  readonly #memory: NativeMemory
  /** Of none so far. */
  #bytes = -1
  #made: Uint8Array[][] = []

  constructor(memory: NativeMemory) {
    this.#memory = memory
  }

  of(slot: number, at: number, bytes: number): Uint8Array {
    const start = slot * DATAGRAM_BYTES + at
    if (bytes === 0) return this.#memory.bytes.subarray(start, start)
    if (bytes !== this.#bytes) {
      if (at > 0) return this.#memory.bytes.subarray(start, start + bytes)
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
