import { NS_PER_SEC } from '../core/units.ts'
import type { KernelTimes } from '../transport/contract.ts'
import * as c from './constants.ts'
import { controlData } from './control-message.ts'
import type { Libc } from './libc.ts'
import type { NativeMemory } from './memory.ts'
import {
  MMSG_BYTES,
  MMSG_CONTROL,
  MMSG_CONTROL_LENGTH,
  MMSG_VECTOR,
  MMSG_VECTOR_LENGTH,
  VECTOR_BYTES,
} from './message-layout.ts'
import { OptionsOf } from './socket.ts'

/** Messages under way of which the time of sending is known; a power of two. */
const SLOTS = 4096
const READ_BYTES = 64 * 1024
const CONTROL_BYTES = 256
const VECTOR = MMSG_BYTES
const CONTROL = MMSG_BYTES + VECTOR_BYTES
const READ = CONTROL + CONTROL_BYTES

/** struct sock_extended_err, linux/errqueue.h: ee_info is the kind of time, ee_data the number of what was sent. */
const ERROR_INFO = 8
const ERROR_DATA = 12

/** Of one socket, when the kernel sent and received (SO_TIMESTAMPING, the kernel's networking/timestamping). */
export class SocketTimes implements KernelTimes {
  lastSent = Number.NaN
  receivedAt = Number.NaN
  readonly #libc: Libc
  readonly #fd: number
  readonly #options: OptionsOf
  readonly #head: NativeMemory
  readonly #numbers = new Float64Array(SLOTS).fill(Number.NaN)
  readonly #sentAt = new Float64Array(SLOTS)
  /** The next number, of 2^32. */
  #next = 0
  /** Sent, and not yet told of. */
  #untold = 0
  #broken = false
  #closed = false

  private constructor(libc: Libc, fd: number, options: OptionsOf) {
    this.#libc = libc
    this.#fd = fd
    this.#options = options
    this.#head = libc.alloc(READ + READ_BYTES)
    const { view, address } = this.#head
    const set = (at: number, value: number) => view.setBigUint64(at, BigInt(value), true)
    set(MMSG_VECTOR, address + VECTOR)
    set(MMSG_VECTOR_LENGTH, 1)
    set(VECTOR, address + READ)
    set(VECTOR + 8, READ_BYTES)
    set(MMSG_CONTROL, address + CONTROL)
  }

  /** Undefined where the kernel does not tell. From now on what is sent is numbered: each datagram, or each byte. */
  static of(
    libc: Libc,
    fd: number,
    scratch: NativeMemory,
    kind: 'stream' | 'datagram',
  ): SocketTimes | undefined {
    const flags =
      c.SOF_TIMESTAMPING_TX_SOFTWARE |
      c.SOF_TIMESTAMPING_RX_SOFTWARE |
      c.SOF_TIMESTAMPING_SOFTWARE |
      c.SOF_TIMESTAMPING_OPT_ID |
      c.SOF_TIMESTAMPING_OPT_TSONLY
    const options = new OptionsOf(libc, scratch, fd)
    const set = (value: number) => options.trySet(c.SOL_SOCKET, c.SO_TIMESTAMPING, value) >= 0
    // Without it numbers begin where the far side has acknowledged, which on a new connection is the same.
    const isSet = (kind === 'stream' && set(flags | c.SOF_TIMESTAMPING_OPT_ID_TCP)) || set(flags)
    return isSet ? new SocketTimes(libc, fd, options) : undefined
  }

  /** One call sent so much, in what the kernel numbers: it tells of the last. */
  sent(count: number): void {
    if (this.#broken) return
    this.lastSent = (this.#next + count - 1) >>> 0
    this.#next = (this.#next + count) >>> 0
    this.#untold++
    // As a rule it has left within the call.
    this.hear()
  }

  /** A call failed: whether it took a number is not known, so that later ones say nothing, and are not asked for. */
  failed(): void {
    if (this.#broken) return
    this.#broken = true
    this.lastSent = Number.NaN
    this.#options.trySet(c.SOL_SOCKET, c.SO_TIMESTAMPING, 0)
    this.drain()
  }

  /** What was sent last has not left whole: its number is not known yet. */
  waits(): void {
    this.lastSent = Number.NaN
  }

  sentAt(number: number): number {
    this.hear()
    const slot = slotOf(number)
    return this.#numbers[slot] === number ? (this.#sentAt[slot] as number) : Number.NaN
  }

  /** Reads from a stream, and when that came; returns how many bytes, or the error. */
  receive(): number {
    const { view, address } = this.#head
    view.setUint32(MMSG_CONTROL_LENGTH, CONTROL_BYTES, true)
    const count = this.#libc.recvmsg(this.#fd, address, c.MSG_DONTWAIT)
    if (count > 0) this.receivedAt = timeOf(view, CONTROL, view.getUint32(MMSG_CONTROL_LENGTH, true))
    return count
  }

  /** What was read last. */
  received(bytes: number): Uint8Array {
    return this.#head.bytes.subarray(READ, READ + bytes)
  }

  /** Takes in what the kernel tells of what was sent, as far as something is expected. */
  hear(): void {
    while (this.#untold > 0 && this.#take()) this.#untold--
  }

  /** Takes in all that it tells, expected or not: of a segment that was sent twice it tells twice. */
  drain(): void {
    for (let n = 0; n < SLOTS; n++) {
      if (!this.#take()) break
      if (this.#untold > 0) this.#untold--
    }
  }

  #take(): boolean {
    if (this.#closed) return false
    const { view, address } = this.#head
    view.setUint32(MMSG_CONTROL_LENGTH, CONTROL_BYTES, true)
    if (this.#libc.recvmsg(this.#fd, address, c.MSG_ERRQUEUE | c.MSG_DONTWAIT) < 0) return false
    this.#told(view, view.getUint32(MMSG_CONTROL_LENGTH, true))
    return true
  }

  #told(view: DataView, bytes: number): void {
    const time = timeOf(view, CONTROL, bytes)
    const v4 = controlData(view, CONTROL, bytes, c.IPPROTO_IP, c.IP_RECVERR)
    const error = v4 >= 0 ? v4 : controlData(view, CONTROL, bytes, c.IPPROTO_IPV6, c.IPV6_RECVERR)
    if (error < 0 || view.getUint32(error + ERROR_INFO, true) !== c.SCM_TSTAMP_SND) return
    const number = view.getUint32(error + ERROR_DATA, true)
    const slot = slotOf(number)
    this.#numbers[slot] = number
    this.#sentAt[slot] = time
  }

  /** Its socket is closed. */
  free(): void {
    this.#closed = true
    this.#broken = true
    this.#untold = 0
    this.#head.free()
  }
}

/** The kernel's time among control messages, ns; NaN where there is none. */
export function timeOf(view: DataView, at: number, bytes: number): number {
  const data = controlData(view, at, bytes, c.SOL_SOCKET, c.SO_TIMESTAMPING)
  if (data < 0) return Number.NaN
  const seconds = Number(view.getBigInt64(data, true) - FIRST_SECOND)
  return seconds * NS_PER_SEC + view.getUint32(data + 8, true)
}

/** Counted from about now on, so that a double holds single nanoseconds. */
const FIRST_SECOND = BigInt(Math.floor(Date.now() / 1000))

/** Numbers of bytes are far apart, those of datagrams are not. */
function slotOf(number: number): number {
  return (Math.imul(number, 0x9e37_79b1) >>> 20) & (SLOTS - 1)
}
