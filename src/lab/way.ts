import * as c from '../native/constants.ts'
import type { KernelClock } from '../native/kernel-clock.ts'
import type { Libc } from '../native/libc.ts'
import type { NativeMemory } from '../native/memory.ts'
import type { PacketSocket } from '../native/packet-socket.ts'
import { SendBatch } from '../native/send-batch.ts'
import { FateCode, PacketFlag } from '../packets/packet-log.ts'
import { bitToFlip, ETHERNET_BYTES, flipBit, packetBytes, unicastBytes } from './frame.ts'
import { LinkTally } from './link-counts.ts'
import type { LogWriter } from './log-writer.ts'
import type { Pipeline } from './pipeline.ts'
import type { Slots } from './slots.ts'

/** So many frames to a call: while one is made nothing else leaves. */
const RECEIVED_AT_ONCE = 32
const SENT_AT_ONCE = 16
/** The kernel says when a frame came before it lets it be seen. */
const STAMPED_BEFORE_NS = 1_000_000
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
  readonly #parts: WayParts
  /** For what is known of the next one. */
  #spare: number
  readonly #out: SendBatch
  readonly #outSlots: Int32Array
  /** Of those to send, the first that was not taken, and how many there are. */
  #outFirst = 0
  #outCount = 0
  #refusedNs = Number.NaN
  readonly #frameBytes: Uint32Array
  /** Which bit of it is flipped; -1: none is. */
  readonly #flipped: Int32Array
  /** Frames longer than the link's packets: they do not fit. */
  #oversizedCount = 0
  /** What comes next came no earlier than this. */
  #latestNs: number
  #lookedNs = 0

  constructor(parts: WayParts) {
    const { libc, slots, clock } = parts
    this.#parts = parts
    this.#frameBytes = new Uint32Array(slots.count)
    this.#flipped = new Int32Array(slots.count).fill(-1)
    this.#spare = slots.take()
    this.#out = new SendBatch(libc, SENT_AT_ONCE)
    this.#outSlots = new Int32Array(SENT_AT_ONCE)
    this.#latestNs = clock.now()
  }

  /** Nothing waits to be taken in, and nothing is under way. */
  isEmpty(): boolean {
    const { near, pipeline } = this.#parts
    return this.#outCount === 0 && pipeline.isEmpty && !near.ring.look()
  }

  /** When the next one is to leave; Infinity where none is. */
  nextNs(): number {
    return this.#outCount > 0 ? 0 : this.#parts.pipeline.nextNs()
  }

  /** Takes in what has come. Returns how many frames that were. */
  receive(): number {
    const { clock, near } = this.#parts
    const { ring } = near
    if (!ring.look()) {
      this.#latestNs = Math.max(this.#latestNs, this.#lookedNs - STAMPED_BEFORE_NS)
      return 0
    }
    const now = clock.now()
    clock.relate(now)
    let count = 0
    do {
      this.#came(now)
      ring.release()
    } while (++count < RECEIVED_AT_ONCE && ring.look())
    this.activeNs = now
    return count
  }

  /** Sends what is to leave by now. Returns how many frames left. */
  send(): number {
    const { pipeline, clock, far, place } = this.#parts
    const now = clock.now()
    this.#lookedNs = now
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
    const count = this.#parts.near.takeDropCount() + this.#oversizedCount
    this.#oversizedCount = 0
    return count
  }

  /** The run ends: what is under way is of it, and of no later one. */
  tellUnderWay(): void {
    const { pipeline, slots } = this.#parts
    const tell = (slot: number) => {
      const bit = this.#flipped[slot] as number
      this.#mend(slot)
      this.#settle(slot, FateCode['under-way'], slots.flags[slot] as number, this.#at(slot), Number.NaN)
      slots.isTold[slot] = 1
      this.#flip(slot, bit)
    }
    pipeline.forEach(tell)
    for (let n = this.#outFirst; n < this.#outCount; n++) tell(this.#outSlots[n] as number)
  }

  #came(now: number): void {
    const { clock, pipeline, slots, near, place } = this.#parts
    const { at, frameBytes, capturedBytes } = near.ring
    if (frameBytes > capturedBytes || frameBytes > place.slotBytes) {
      this.#oversizedCount++
      return
    }
    // As the kernel says, as far as that can be: the clock that it stamps by may be set. No two have one time.
    const told = near.ring.timeNs(clock)
    const latest = told > now ? clock.now() : now
    const atNs = Math.max(Math.min(told, latest), this.#latestNs + 1)
    this.#latestNs = atNs
    const length = unicastBytes(place.memory.bytes, at, frameBytes)
    const fresh = slots.take()
    if (length > 0) this.#entered(at, frameBytes, length, atNs, fresh)
    else if (fresh >= 0) {
      this.#keep(this.#spare, at, frameBytes)
      pipeline.pass(this.#spare, packetBytes(place.memory.bytes, at, frameBytes), atNs)
      this.#spare = fresh
    }
  }

  /** @param fresh for what is known of the next one; -1: there is none, so that this one cannot stay */
  #entered(at: number, frameBytes: number, length: number, atNs: number, fresh: number): void {
    const { pipeline, slots } = this.#parts
    const slot = this.#spare
    this.tally.came(length)
    const fate = pipeline.enter(slot, length, atNs, fresh >= 0)
    const isSpared = fate === FateCode.delivered || fate === FateCode['queue-full']
    if (isSpared && pipeline.doubles(slot)) this.#double(slot, at, frameBytes)
    if (fate === FateCode.delivered) {
      this.#keep(slot, at, frameBytes)
      this.#spoil(slot)
      this.#spare = fresh
    } else {
      this.#settle(slot, fate, slots.flags[slot] as number, at, Number.NaN)
      if (fresh >= 0) slots.give(fresh)
    }
  }

  /** A frame lies in the memory of a slot from now on. */
  #keep(slot: number, at: number, frameBytes: number): void {
    this.#parts.place.memory.bytes.copyWithin(this.#at(slot), at, at + frameBytes)
    this.#frameBytes[slot] = frameBytes
  }

  #double(slot: number, at: number, frameBytes: number): void {
    const { pipeline, slots } = this.#parts
    this.tally.doubled()
    const copy = slots.take()
    if (copy < 0) {
      this.#settle(slot, FateCode['queue-full'], PacketFlag.COPY, at, Number.NaN)
      return
    }
    const fate = pipeline.enterCopy(copy, slot)
    if (fate === FateCode.delivered) {
      this.#keep(copy, at, frameBytes)
      this.#spoil(copy)
    } else {
      this.#settle(copy, fate, slots.flags[copy] as number, at, Number.NaN)
      slots.give(copy)
    }
  }

  /** Flips a bit of a packet that is to be corrupt. */
  #spoil(slot: number): void {
    const { pipeline, slots, place } = this.#parts
    if (((slots.flags[slot] as number) & PacketFlag.CORRUPT) === 0) return
    const { bytes } = place.memory
    const ip = this.#at(slot) + ETHERNET_BYTES
    this.#flip(slot, bitToFlip(bytes, ip, slots.packetBytes[slot] as number, pipeline.bitOf(slot)))
  }

  /** @param bit -1: none */
  #flip(slot: number, bit: number): void {
    this.#flipped[slot] = bit
    if (bit >= 0) flipBit(this.#parts.place.memory.bytes, this.#at(slot) + ETHERNET_BYTES, bit)
  }

  /** As it came: the log tells what was sent, and the flag what became of it. */
  #mend(slot: number): void {
    // The same bit twice.
    this.#flip(slot, this.#flipped[slot] as number)
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
    this.#settle(slot, fate, slots.flags[slot] as number, this.#at(slot), outNs)
    slots.give(slot)
    if (this.#outFirst < this.#outCount) return
    this.#outFirst = 0
    this.#outCount = 0
  }

  /** @param at where its frame lies */
  #settle(slot: number, fate: number, flags: number, at: number, outNs: number): void {
    const { slots, log, direction } = this.#parts
    if (slots.isTold[slot] === 1) return
    if ((slots.number[slot] as number) > 0) this.tally.settled(fate, flags)
    if ((slots.packetBytes[slot] as number) === 0) return
    log?.record(direction, fate, flags, slots, slot, at + ETHERNET_BYTES, outNs)
  }

  /** Where the frame of a slot lies. */
  #at(slot: number): number {
    const { from, slotBytes } = this.#parts.place
    return from + slot * slotBytes
  }
}
