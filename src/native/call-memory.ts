import { formatHostPort } from '../core/address.ts'
import { AF_INET, AF_INET6 } from './constants.ts'
import type { NativeMemory } from './memory.ts'
import {
  MMSG_BYTES,
  MMSG_NAME,
  MMSG_NAME_LENGTH,
  MMSG_RECEIVED,
  MMSG_VECTOR,
  MMSG_VECTOR_LENGTH,
  VECTOR_BYTES,
} from './message-layout.ts'
import { hostPort } from './socket-address.ts'

/** Of struct sockaddr_in and sockaddr_in6, by family. */
const NAME_LENGTHS: Readonly<Record<number, number>> = { [AF_INET]: 16, [AF_INET6]: 28 }
/** Of what a call receives at once, so many are named. */
const MOST_NAMED = 3

/** The memory that system calls are given, by its address: what they read there and write there can be said in words. */
export class CallMemory {
  readonly #all = new Set<NativeMemory>()

  /** Remembers it until it is freed. */
  keep(memory: NativeMemory): NativeMemory {
    const kept = {
      ...memory,
      free: () => {
        this.#all.delete(kept)
        memory.free()
      },
    }
    this.#all.add(kept)
    return kept
  }

  /** `10.9.0.2:7118` of a struct sockaddr; empty where there is none. */
  nameAt(address: number, bytes: number): string {
    const name = this.#bytesAt(address, bytes)
    if (name === undefined || name.length < (NAME_LENGTHS[name[0] ?? 0] ?? Number.POSITIVE_INFINITY))
      return ''
    const named = hostPort(name)
    return formatHostPort(named.address, named.port)
  }

  int32At(address: number): number | undefined {
    const found = this.#find(address)
    return found?.view.getInt32(address - found.address, true)
  }

  /** `64 B to 10.9.0.1:40312` of a struct msghdr that is to be sent. */
  messageAt(address: number): string {
    const name = this.#peerAt(address)
    return `${this.#vectorBytesAt(address)} B${name === '' ? '' : ` to ${name}`}`
  }

  /** `64 B from 10.9.0.1:40312` of each struct mmsghdr that was filled. */
  receivedAt(address: number, count: number): string {
    const named = Array.from({ length: Math.min(count, MOST_NAMED) }, (_, index) => {
      const at = address + index * MMSG_BYTES
      return `${this.int32At(at + MMSG_RECEIVED)} B from ${this.#peerAt(at)}`
    })
    return [...named, ...(count > MOST_NAMED ? [`${count - MOST_NAMED} more`] : [])].join(', ')
  }

  #peerAt(message: number): string {
    return this.nameAt(this.#pointerAt(message + MMSG_NAME), this.int32At(message + MMSG_NAME_LENGTH) ?? 0)
  }

  #vectorBytesAt(message: number): number {
    const vector = this.#pointerAt(message + MMSG_VECTOR)
    const count = this.#pointerAt(message + MMSG_VECTOR_LENGTH)
    let bytes = 0
    for (let n = 0; n < count; n++) bytes += this.#pointerAt(vector + n * VECTOR_BYTES + 8)
    return bytes
  }

  /** A pointer, or a size. */
  #pointerAt(address: number): number {
    const found = this.#find(address)
    return found === undefined ? 0 : Number(found.view.getBigUint64(address - found.address, true))
  }

  #bytesAt(address: number, bytes: number): Uint8Array | undefined {
    const found = this.#find(address)
    return found?.bytes.subarray(address - found.address, address - found.address + bytes)
  }

  #find(address: number): NativeMemory | undefined {
    for (const memory of this.#all) {
      if (memory.address <= address && address < memory.address + memory.bytes.length) return memory
    }
    return undefined
  }
}
