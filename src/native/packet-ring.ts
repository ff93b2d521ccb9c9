import * as c from './constants.ts'
import type { KernelClock } from './kernel-clock.ts'
import { type Libc, succeed } from './libc.ts'
import type { NativeMemory } from './memory.ts'
import {
  FRAME_CAPTURED,
  FRAME_HEAD_BYTES,
  FRAME_LENGTH,
  FRAME_MAC,
  FRAME_NS,
  FRAME_SECONDS,
  RING_BLOCKS,
  RING_BYTES,
  RING_FRAME_BYTES,
  RING_FRAMES,
} from './message-layout.ts'

const BLOCK_BYTES = 64 * 1024
/** What the kernel puts before a packet: its own head, and room that makes the packet begin where processors like it. */
const BEFORE_BYTES = FRAME_HEAD_BYTES + 28

/**
 * Frames that the kernel writes into memory of this process as they come (PACKET_RX_RING, packet(7)): no call for each, and
 * as much room as is asked for, which a buffer of a socket has only with the rights of an administrator.
 */
export class PacketRing {
  /** Of the frame that is there: where it begins in the memory, how long it is, and how much of it there is. */
  at = 0
  frameBytes = 0
  capturedBytes = 0
  readonly #memory: NativeMemory
  readonly #words: Int32Array
  readonly #from: number
  readonly #slotBytes: number
  readonly #count: number
  #next = 0

  /**
   * Takes the place of `bytes` of reserved memory from `from` on, whole pages.
   * @param longestBytes of a frame; of a longer one the beginning is there
   */
  constructor(
    libc: Libc,
    fd: number,
    memory: NativeMemory,
    from: number,
    bytes: number,
    longestBytes: number,
  ) {
    this.#memory = memory
    this.#from = from
    this.#slotBytes = 2 ** Math.ceil(Math.log2(longestBytes + BEFORE_BYTES))
    const blockBytes = Math.max(BLOCK_BYTES, this.#slotBytes)
    const blocks = Math.floor(bytes / blockBytes)
    this.#count = (blocks * blockBytes) / this.#slotBytes
    const request = libc.alloc(RING_BYTES)
    const set = (level: number, name: number, length: number) =>
      succeed('setsockopt', libc.setsockopt(fd, level, name, request.address, length))
    try {
      request.view.setInt32(0, c.TPACKET_V2, true)
      set(c.SOL_PACKET, c.PACKET_VERSION, 4)
      request.view.setUint32(0, blockBytes, true)
      request.view.setUint32(RING_BLOCKS, blocks, true)
      request.view.setUint32(RING_FRAME_BYTES, this.#slotBytes, true)
      request.view.setUint32(RING_FRAMES, this.#count, true)
      set(c.SOL_PACKET, c.PACKET_RX_RING, RING_BYTES)
      succeed('mmap', libc.map(memory.address + from, blocks * blockBytes, fd))
    } finally {
      request.free()
    }
    this.#words = new Int32Array(memory.bytes.buffer, memory.bytes.byteOffset)
  }

  /** Whether there is a frame; then `at` and the others are of the next one. */
  look(): boolean {
    const slot = this.#from + this.#next * this.#slotBytes
    if ((Atomics.load(this.#words, slot >> 2) & c.TP_STATUS_USER) === 0) return false
    const { view } = this.#memory
    this.at = slot + view.getUint16(slot + FRAME_MAC, true)
    this.frameBytes = view.getUint32(slot + FRAME_LENGTH, true)
    this.capturedBytes = view.getUint32(slot + FRAME_CAPTURED, true)
    return true
  }

  /** When the frame that is there came, on the monotonic clock. */
  timeNs(clock: KernelClock): number {
    const slot = this.#from + this.#next * this.#slotBytes
    const { view } = this.#memory
    return clock.monotonic(view.getUint32(slot + FRAME_SECONDS, true), view.getUint32(slot + FRAME_NS, true))
  }

  /** The kernel may have the memory of the frame that is there. */
  release(): void {
    Atomics.store(this.#words, (this.#from + this.#next * this.#slotBytes) >> 2, c.TP_STATUS_KERNEL)
    this.#next = (this.#next + 1) % this.#count
  }
}
