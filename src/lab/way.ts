import * as c from '../native/constants.ts'
import type { KernelClock } from '../native/kernel-clock.ts'
import type { Libc } from '../native/libc.ts'
import type { NativeMemory } from '../native/memory.ts'
import { ReceiveBatch, SendBatch } from '../native/packet-batch.ts'
import type { PacketSocket } from '../native/packet-socket.ts'
import { FateCode, PacketFlag } from '../packets/packet-log.ts'
import { bitToFlip, ETHERNET_BYTES, flipBit, packetBytes, unicastBytes } from './frame.ts'
import { LinkTally } from './link-counts.ts'
import type { LogWriter } from './log-writer.ts'
import type { Pipeline } from './pipeline.ts'
import type { Slots } from './slots.ts'

/** So many frames to a call: while one is made nothing else leaves. */
const RECEIVED_AT_ONCE = 32
const SENT_AT_ONCE = 16
/** A far end that takes nothing is tried so long. */
const PATIENCE_NS = 10_000_000

/** Where the frames of one direction lie: slot by slot, from `from` on. */
export interface WayMemory {
  readonly memory: NativeMemory
  readonly from: number
  readonly slotBytes: number
}

export interface WayParts {
  readonly libc: Libc
  readonly clock: KernelClock
  readonly direction: number
  /** Where frames come in, and where they go out. */
  readonly near: PacketSocket
  readonly far: PacketSocket
  readonly place: WayMemory
  readonly slots: Slots
  readonly pipeline: Pipeline
  readonly log: LogWriter | undefined
}

/** One direction of a relay: takes frames in, does to them what the pipeline says, and sends them on when it says so. */
export class Way {
  readonly tally = new LinkTally()
  /** When a frame came or left last. */
  activeNs = 0
  /** Frames longer than the link's packets: they do not fit. */
  oversizedCount = 0
  readonly #parts: WayParts
  readonly #in: ReceiveBatch
  readonly #inSlots: Int32Array
  readonly #out: SendBatch
  readonly #outSlots: Int32Array
  /** Of those to send, the first that was not taken, and how many there are. */
  #outFirst = 0
  #outCount = 0
  #refusedNs = Number.NaN
  readonly #frameBytes: Uint32Array
  /** Which bit of it is flipped; -1: none is. */
  readonly #flipped: Int32Array
  /** What comes next came no earlier than this. */
  #latestNs: number

  constructor(parts: WayParts) {
    const { libc, slots, clock } = parts
    this.#parts = parts
    this.#frameBytes = new Uint32Array(slots.count)
    this.#flipped = new Int32Array(slots.count).fill(-1)
    this.#in = new ReceiveBatch(libc, RECEIVED_AT_ONCE)
    this.#inSlots = Int32Array.from({ length: RECEIVED_AT_ONCE }, () => slots.take())
    for (let n = 0; n < RECEIVED_AT_ONCE; n++) this.#receiveInto(n, this.#inSlots[n] as number)
    this.#out = new SendBatch(libc, SENT_AT_ONCE)
    this.#outSlots = new Int32Array(SENT_AT_ONCE)
    this.#latestNs = clock.now()
  }

  get isEmpty(): boolean {
    return this.#outCount === 0 && this.#parts.pipeline.isEmpty
  }

  /** When the next one is to leave; Infinity where none is. */
  nextNs(): number {
    return this.#outCount > 0 ? 0 : this.#parts.pipeline.nextNs()
  }

  /** Takes in what has come. Returns how many frames that were. */
  receive(): number {
    const { clock, near } = this.#parts
    const before = clock.now()
    const count = this.#in.receive(near.fd)
    if (count > 0) {
      const now = clock.now()
      clock.relate(now)
      for (let n = 0; n < count; n++) this.#came(n, now)
      this.activeNs = now
    }
    // Then nothing was left.
    if (count < RECEIVED_AT_ONCE) this.#latestNs = Math.max(this.#latestNs, before)
    return Math.max(0, count)
  }

  /** Sends what is to leave by now. Returns how many frames left. */
  send(): number {
    const { pipeline, clock, far, place } = this.#parts
    const now = clock.now()
    while (this.#outCount < SENT_AT_ONCE) {
      const slot = pipeline.take(now)
      if (slot < 0) break
      this.#out.place(this.#outCount, place.memory.address + this.#at(slot), this.#frameBytes[slot] as number)
      this.#outSlots[this.#outCount++] = slot
    }
    if (this.#outCount === 0) return 0
    const result = this.#out.send(far.fd, this.#outFirst, this.#outCount)
    if (result <= 0) return this.#refused(result, now)
    this.#refusedNs = Number.NaN
    for (let n = 0; n < result; n++) this.#left(FateCode.delivered, now)
    this.activeNs = now
    return result
  }

  /** Frames that came and that nobody has seen, since this was asked last: they found no room, or were too long. */
  takeUnseenCount(): number {
    const count = this.#parts.near.takeDropCount() + this.oversizedCount
    this.oversizedCount = 0
    return count
  }

  #came(n: number, now: number): void {
    const { clock, place, pipeline, slots } = this.#parts
    const slot = this.#inSlots[n] as number
    const frameBytes = this.#in.bytesOf(n)
    if (frameBytes > place.slotBytes) {
      this.oversizedCount++
      return
    }
    this.#frameBytes[slot] = frameBytes
    // As the kernel says, as far as that can be: the clock that it stamps by may be set.
    const told = this.#in.timeOf(n, clock)
    const atNs = Number.isNaN(told) ? now : Math.min(Math.max(told, this.#latestNs), now)
    this.#latestNs = atNs
    const { bytes } = place.memory
    const at = this.#at(slot)
    const length = unicastBytes(bytes, at, frameBytes)
    const fresh = slots.take()
    if (length > 0) this.#entered(n, slot, length, atNs, fresh)
    else if (fresh >= 0) {
      pipeline.pass(slot, packetBytes(bytes, at, frameBytes), atNs)
      this.#receiveInto(n, fresh)
    }
  }

  /** @param fresh for the next frame to come in; -1: there is none, so that this one cannot stay */
  #entered(n: number, slot: number, length: number, atNs: number, fresh: number): void {
    const { pipeline, slots } = this.#parts
    this.tally.came(length)
    const fate = pipeline.enter(slot, length, atNs, fresh >= 0)
    const isSpared = fate === FateCode.delivered || fate === FateCode['queue-full']
    // Before the original is spoilt.
    if (isSpared && pipeline.doubles(slot)) this.#double(slot)
    if (fate === FateCode.delivered) {
      this.#spoil(slot)
      this.#receiveInto(n, fresh)
    } else {
      this.#settle(slot, fate, slots.flags[slot] as number, Number.NaN)
      if (fresh >= 0) slots.give(fresh)
    }
  }

  #double(slot: number): void {
    const { pipeline, slots, place } = this.#parts
    this.tally.doubled()
    const copy = slots.take()
    if (copy < 0) {
      this.#settle(slot, FateCode['queue-full'], PacketFlag.COPY, Number.NaN)
      return
    }
    const frameBytes = this.#frameBytes[slot] as number
    this.#frameBytes[copy] = frameBytes
    place.memory.bytes.copyWithin(this.#at(copy), this.#at(slot), this.#at(slot) + frameBytes)
    const fate = pipeline.enterCopy(copy, slot)
    if (fate === FateCode.delivered) this.#spoil(copy)
    else {
      this.#settle(copy, fate, slots.flags[copy] as number, Number.NaN)
      slots.give(copy)
    }
  }

  /** Flips a bit of a packet that is to be corrupt. */
  #spoil(slot: number): void {
    const { pipeline, slots, place } = this.#parts
    if (((slots.flags[slot] as number) & PacketFlag.CORRUPT) === 0) return
    const { bytes } = place.memory
    const ip = this.#at(slot) + ETHERNET_BYTES
    const bit = bitToFlip(bytes, ip, slots.packetBytes[slot] as number, pipeline.bitOf(slot))
    this.#flipped[slot] = bit
    if (bit >= 0) flipBit(bytes, ip, bit)
  }

  /** As it came: the log tells what was sent, and the flag what became of it. */
  #mend(slot: number): void {
    const bit = this.#flipped[slot] as number
    if (bit < 0) return
    flipBit(this.#parts.place.memory.bytes, this.#at(slot) + ETHERNET_BYTES, bit)
    this.#flipped[slot] = -1
  }

  #refused(result: number, now: number): number {
    const isForNow = result === 0 || result === -c.EAGAIN || result === -c.ENOBUFS
    if (Number.isNaN(this.#refusedNs)) this.#refusedNs = now
    if (isForNow && now - this.#refusedNs < PATIENCE_NS) return 0
    this.#left(FateCode['queue-full'], Number.NaN)
    return 1
  }

  /** The first of those to send is under way no more. */
  #left(fate: number, outNs: number): void {
    const { slots } = this.#parts
    const slot = this.#outSlots[this.#outFirst++] as number
    this.#mend(slot)
    this.#settle(slot, fate, slots.flags[slot] as number, outNs)
    slots.give(slot)
    if (this.#outFirst < this.#outCount) return
    this.#outFirst = 0
    this.#outCount = 0
  }

  #settle(slot: number, fate: number, flags: number, outNs: number): void {
    const { slots, log, direction } = this.#parts
    if ((slots.number[slot] as number) > 0) this.tally.settled(fate, flags)
    if ((slots.packetBytes[slot] as number) === 0) return
    log?.record(direction, fate, flags, slots, slot, this.#at(slot) + ETHERNET_BYTES, outNs)
  }

  #receiveInto(n: number, slot: number): void {
    const { place } = this.#parts
    this.#inSlots[n] = slot
    this.#in.place(n, place.memory.address + this.#at(slot), place.slotBytes)
  }

  /** Where the frame of a slot begins. */
  #at(slot: number): number {
    const { from, slotBytes } = this.#parts.place
    return from + slot * slotBytes
  }
}
