import { FateCode, PacketFlag } from '../packets/packet-log.ts'
import { Doom } from './doom.ts'
import { COPY, Draws, Purpose } from './draws.ts'
import { type Impairments, noImpairments } from './impairments.ts'
import { RateQueue } from './rate-queue.ts'
import { SlotQueue } from './slot-queue.ts'
import type { Slots } from './slots.ts'

/**
 * What a link does to the packets of one direction. It has neither a clock nor memory: packets are slots, the time is an
 * argument, and it tells whether and when each leaves. Allocates nothing for a packet.
 */
export class Pipeline {
  readonly #slots: Slots
  readonly #draws: Draws
  readonly #doom: Doom
  readonly #rate = new RateQueue()
  /** Packets in their order; those that leave ahead of the delay; and those that nothing is done to. */
  readonly #inOrder: SlotQueue
  readonly #ahead: SlotQueue
  readonly #unimpaired: SlotQueue
  #impairments = noImpairments
  #number = 0
  #runNumber = 0
  #lastOutNs = Number.NEGATIVE_INFINITY

  constructor(slots: Slots, direction: number, seed: number) {
    this.#slots = slots
    this.#draws = new Draws(seed, direction)
    this.#doom = new Doom(this.#draws)
    this.#inOrder = new SlotQueue(slots.count)
    this.#ahead = new SlotQueue(slots.count)
    this.#unimpaired = new SlotQueue(slots.count)
  }

  /** From the next packet on; those under way leave when they were to. */
  impair(impairments: Impairments): void {
    this.#impairments = impairments
    this.#doom.change(impairments)
    this.#rate.change(impairments.bitsPerSec, impairments.queuePackets)
  }

  /** Numbers of the run begin anew. */
  beginRun(): void {
    this.#runNumber = 0
    this.#doom.beginRun()
  }

  /**
   * A packet of so many bytes has come; times never go back. Returns its fate: FateCode.delivered is on its way, anything
   * else is final.
   * @param hasRoom false: it cannot be kept until it leaves, which is as if the queue were full
   */
  enter(slot: number, packetBytes: number, atNs: number, hasRoom = true): number {
    const slots = this.#slots
    const number = ++this.#number
    slots.number[slot] = number
    slots.runNumber[slot] = ++this.#runNumber
    slots.packetBytes[slot] = packetBytes
    slots.inNs[slot] = atNs
    slots.flags[slot] = 0
    const fate = this.#doom.of(number, this.#runNumber)
    if (fate !== FateCode.delivered) return fate
    return hasRoom ? this.#send(slot, 0) : FateCode['queue-full']
  }

  /** Whether a packet that was not lost is doubled. */
  doubles(slot: number): boolean {
    const { duplicateRatio } = this.#impairments
    return duplicateRatio > 0 && this.#draw(Purpose.DUPLICATE, slot) < duplicateRatio
  }

  /** The copy of what came last. As `enter`. */
  enterCopy(slot: number, original: number): number {
    const slots = this.#slots
    slots.number[slot] = slots.number[original] as number
    slots.runNumber[slot] = slots.runNumber[original] as number
    slots.packetBytes[slot] = slots.packetBytes[original] as number
    slots.inNs[slot] = slots.inNs[original] as number
    slots.flags[slot] = PacketFlag.COPY
    return this.#send(slot, COPY)
  }

  /** What is no packet of the link's leaves at once, and has no number. */
  pass(slot: number, packetBytes: number, atNs: number): void {
    const slots = this.#slots
    slots.number[slot] = 0
    slots.runNumber[slot] = 0
    slots.packetBytes[slot] = packetBytes
    slots.inNs[slot] = atNs
    slots.outNs[slot] = atNs
    slots.flags[slot] = 0
    this.#unimpaired.push(slot)
  }

  /** Which bit of a corrupt packet is flipped, 0 <= n < 2^32: modulo those that there are. */
  bitOf(slot: number): number {
    return this.#draws.of(Purpose.BIT + this.#copyOf(slot), this.#slots.number[slot] as number)
  }

  /** When the next one leaves; Infinity where none is under way. */
  nextNs(): number {
    return Math.min(this.#firstNs(this.#unimpaired), this.#firstNs(this.#inOrder), this.#firstNs(this.#ahead))
  }

  /** The next one that leaves by now, or -1. */
  take(nowNs: number): number {
    if (this.#unimpaired.length > 0) return this.#unimpaired.shift()
    const inOrderNs = this.#firstNs(this.#inOrder)
    const aheadNs = this.#firstNs(this.#ahead)
    if (inOrderNs <= aheadNs) return inOrderNs <= nowNs ? this.#inOrder.shift() : -1
    return aheadNs <= nowNs ? this.#overtaking(this.#ahead.shift()) : -1
  }

  /** Calls for each that is under way. */
  forEach(visit: (slot: number) => void): void {
    for (const queue of [this.#inOrder, this.#ahead, this.#unimpaired]) {
      for (let n = 0; n < queue.length; n++) visit(queue.at(n))
    }
  }

  get isEmpty(): boolean {
    return this.#inOrder.length + this.#ahead.length + this.#unimpaired.length === 0
  }

  /** Through all that comes after the copies. */
  #send(slot: number, copy: number): number {
    const slots = this.#slots
    const { corruptRatio, reorderRatio, delayNs, jitterNs } = this.#impairments
    let flags = slots.flags[slot] as number
    if (corruptRatio > 0 && this.#draw(Purpose.CORRUPT + copy, slot) < corruptRatio)
      flags |= PacketFlag.CORRUPT
    slots.flags[slot] = flags
    const sentNs = this.#rate.enter(slots.packetBytes[slot] as number, slots.inNs[slot] as number)
    if (Number.isNaN(sentNs)) return FateCode['queue-full']
    if (reorderRatio > 0 && this.#draw(Purpose.REORDER + copy, slot) < reorderRatio) {
      slots.outNs[slot] = sentNs
      this.#ahead.push(slot)
      return FateCode.delivered
    }
    const spreadNs = jitterNs > 0 ? (2 * this.#draw(Purpose.JITTER + copy, slot) - 1) * jitterNs : 0
    const outNs = Math.max(this.#lastOutNs, sentNs + delayNs + spreadNs)
    slots.outNs[slot] = outNs
    this.#lastOutNs = outNs
    this.#inOrder.push(slot)
    return FateCode.delivered
  }

  /** One leaves ahead of the delay: reordered is what it is only where one that came before it is still under way. */
  #overtaking(slot: number): number {
    const { number, flags } = this.#slots
    const isFirst = this.#inOrder.length === 0
    if (!isFirst && (number[this.#inOrder.at(0)] as number) < (number[slot] as number))
      flags[slot] = (flags[slot] as number) | PacketFlag.REORDERED
    return slot
  }

  #firstNs(queue: SlotQueue): number {
    return queue.length === 0 ? Number.POSITIVE_INFINITY : (this.#slots.outNs[queue.at(0)] as number)
  }

  #draw(purpose: number, slot: number): number {
    return this.#draws.shareOf(purpose, this.#slots.number[slot] as number)
  }

  #copyOf(slot: number): number {
    return ((this.#slots.flags[slot] as number) & PacketFlag.COPY) === 0 ? 0 : COPY
  }
}
