import * as c from './constants.ts'
import { timeOf } from './kernel-times.ts'
import type { Libc } from './libc.ts'
import type { NativeMemory } from './memory.ts'
import {
  CONTROL_BYTES,
  LONGEST_NAME_BYTES,
  MMSG_BYTES,
  MMSG_CONTROL,
  MMSG_CONTROL_LENGTH,
  MMSG_NAME,
  MMSG_NAME_LENGTH,
  MMSG_VECTOR,
  MMSG_VECTOR_LENGTH,
  VECTOR_BYTES,
} from './message-layout.ts'

/** The largest message that is sent or taken; an IP packet is smaller. */
const MOST_BYTES = 65_536

const VECTOR = MMSG_BYTES
const NAME = VECTOR + VECTOR_BYTES
/** On the next multiple of eight, as the kernel writes words there. */
const CONTROL = Math.ceil((NAME + LONGEST_NAME_BYTES) / 8) * 8
const HEAD_BYTES = CONTROL + CONTROL_BYTES

/** Memory for one message each way, of all sockets that send and take one at a time. */
class MessageMemory {
  readonly #libc: Libc
  readonly #in: NativeMemory
  readonly #out: NativeMemory
  readonly #inHead: NativeMemory
  readonly #outHead: NativeMemory

  constructor(libc: Libc) {
    this.#libc = libc
    this.#in = libc.alloc(MOST_BYTES)
    this.#out = libc.alloc(MOST_BYTES)
    this.#inHead = headOf(libc, this.#in)
    this.#outHead = headOf(libc, this.#out)
    const { view, address } = this.#inHead
    view.setUint32(VECTOR + 8, MOST_BYTES, true)
    view.setBigUint64(MMSG_CONTROL, BigInt(address + CONTROL), true)
  }

  /** How long the message is that was taken, or the error. */
  receive(fd: number): number {
    const { view, address } = this.#inHead
    view.setUint32(MMSG_NAME_LENGTH, LONGEST_NAME_BYTES, true)
    view.setUint32(MMSG_CONTROL_LENGTH, CONTROL_BYTES, true)
    return this.#libc.recvmsg(fd, address, c.MSG_DONTWAIT | c.MSG_TRUNC)
  }

  /** What was taken, until the next is; undefined where it was too long to be taken whole. */
  received(bytes: number): Uint8Array | undefined {
    return bytes > MOST_BYTES ? undefined : this.#in.bytes.subarray(0, bytes)
  }

  /** Whom it came from, as the kernel names it, until the next is taken. */
  sender(): Uint8Array {
    const { view, bytes } = this.#inHead
    return bytes.subarray(NAME, NAME + Math.min(LONGEST_NAME_BYTES, view.getUint32(MMSG_NAME_LENGTH, true)))
  }

  /** When the kernel received what was taken, ns; NaN where it was not asked, or does not tell. */
  receivedAt(): number {
    const { view } = this.#inHead
    return timeOf(view, CONTROL, view.getUint32(MMSG_CONTROL_LENGTH, true))
  }

  /** @param to whom; an empty name where the socket has one peer */
  send(fd: number, message: Uint8Array, to: Uint8Array): number {
    const { view, bytes, address } = this.#outHead
    this.#out.bytes.set(message)
    bytes.set(to, NAME)
    view.setUint32(MMSG_NAME_LENGTH, to.length, true)
    view.setUint32(VECTOR + 8, message.length, true)
    return this.#libc.sendmsg(fd, address, c.MSG_DONTWAIT | c.MSG_NOSIGNAL)
  }
}

/** A struct msghdr of that memory. */
function headOf(libc: Libc, memory: NativeMemory): NativeMemory {
  const head = libc.alloc(HEAD_BYTES)
  const set = (at: number, value: number) => head.view.setBigUint64(at, BigInt(value), true)
  set(MMSG_NAME, head.address + NAME)
  set(MMSG_VECTOR, head.address + VECTOR)
  set(MMSG_VECTOR_LENGTH, 1)
  set(VECTOR, memory.address)
  return head
}

let shared: MessageMemory | undefined

/** The one of this process. */
export function sharedMessageMemory(libc: Libc): MessageMemory {
  shared ??= new MessageMemory(libc)
  return shared
}
