import { NetcmpError } from '../core/errors.ts'
import { type ArrivalCounts, addArrivals } from './arrival-counts.ts'
import { LossRuns } from './loss-runs.ts'
import { Overtakers } from './overtakers.ts'

/** The first copy of a message, and none sent later had arrived. */
export const FRESH = 0
/** The first copy, but one sent later had arrived (RFC 4737, sec. 3: its number is below NextExp). */
export const REORDERED = 1
/** Another copy (RFC 5560). */
export const DUPLICATE = 2
/** Below the window, or no sequence number: whether it is a copy or late can no longer be told. */
export const STALE = 3

export type Arrival = typeof FRESH | typeof REORDERED | typeof DUPLICATE | typeof STALE

const DEFAULT_WINDOW_SEQS = 1 << 17

/**
 * What became of one flow's messages, told by the sequence numbers 0, 1, 2… that reached their receiver.
 * It remembers a window of the latest numbers: one that leaves it unseen is lost for good, so that a number far too
 * high makes the true ones stale. Recording allocates nothing, and a jump costs no more than the window is wide.
 */
export class Arrivals implements ArrivalCounts {
  /** Known once finished, as are `lostCount`, `burstCount` and `burstMax`. */
  sentCount = 0
  receivedCount = 0
  duplicateCount = 0
  reorderedCount = 0
  /** Largest reordering extent, in messages (RFC 4737, sec. 4.2.1); 0 where none was reordered. */
  extentMax = 0
  lostCount = 0
  burstCount = 0
  burstMax = 0
  staleCount = 0

  readonly #windowSeqs: number
  // A bit for each number of the window, 32 to the word.
  readonly #seen: Uint32Array
  readonly #wordMask: number
  // Skipping takes a gap, so that half a window of them is all that a window can hold.
  readonly #overtakers: Overtakers
  readonly #left = new LossRuns()
  /** RFC 4737's NextExp: one above the highest number seen. */
  #next = 0
  /** One above the last number that has a bit. */
  #end = 0

  /** @param windowSeqs a power of two from 64 to 2^30, of which up to 31 numbers make room ahead of need */
  constructor(windowSeqs: number = DEFAULT_WINDOW_SEQS) {
    if (!(windowSeqs >= 64 && windowSeqs <= 2 ** 30 && Number.isInteger(Math.log2(windowSeqs)))) {
      throw new NetcmpError('INTERNAL', `measure: a window of ${windowSeqs} messages is no power of two`)
    }
    this.#windowSeqs = windowSeqs
    this.#seen = new Uint32Array(windowSeqs / 32).fill(0)
    this.#wordMask = windowSeqs / 32 - 1
    this.#overtakers = new Overtakers(windowSeqs / 2)
  }

  /** @param seq any number: what is no whole number from 0 to 2^53 - 1 is stale */
  record(seq: number): Arrival {
    // Nearly every message is the next one, with room for it.
    if (seq !== this.#next || seq === this.#end) return this.#recordOutOfTurn(seq)
    this.#see(seq)
    return FRESH
  }

  #recordOutOfTurn(seq: number): Arrival {
    if (seq >= this.#next && seq <= Number.MAX_SAFE_INTEGER) {
      if (seq > this.#next) this.#overtakers.add(seq, this.receivedCount)
      if (seq >= this.#end) this.#slideTo(seq)
      this.#see(seq)
      return FRESH
    }
    if (!(seq >= 0 && seq >= this.#end - this.#windowSeqs && seq < this.#next)) {
      this.staleCount++
      return STALE
    }
    const word = this.#seen[(seq >>> 5) & this.#wordMask] as number
    if ((word & (1 << (seq & 31))) !== 0) {
      this.duplicateCount++
      return DUPLICATE
    }
    const extent = this.receivedCount - this.#overtakers.firstAbove(seq)
    if (extent > this.extentMax) this.extentMax = extent
    this.reorderedCount++
    this.#see(seq)
    return REORDERED
  }

  #see(seq: number): void {
    const word = (seq >>> 5) & this.#wordMask
    this.#seen[word] = (this.#seen[word] as number) | (1 << (seq & 31))
    if (seq >= this.#next) this.#next = seq + 1
    this.receivedCount++
  }

  /** Makes room for `seq`, judging what leaves the window. */
  #slideTo(seq: number): void {
    const end = seq - (seq & 31) + 32
    const emptied = Math.min(end, this.#end + this.#windowSeqs)
    for (let start = this.#end; start < emptied; start += 32) {
      const word = (start >>> 5) & this.#wordMask
      if (start >= this.#windowSeqs) this.#left.judge(this.#seen[word] as number, 32)
      this.#seen[word] = 0
    }
    this.#left.lost(end - emptied)
    this.#end = end
  }

  /** Judges the messages 0 to `sentCount` - 1: those not seen by now are lost. May be called again, later. */
  finish(sentCount: number): void {
    const losses = this.#left.copy()
    for (
      let start = Math.max(0, this.#end - this.#windowSeqs);
      start < Math.min(sentCount, this.#end);
      start += 32
    ) {
      losses.judge(this.#seen[(start >>> 5) & this.#wordMask] as number, Math.min(32, sentCount - start))
    }
    losses.lost(sentCount - this.#end)
    this.sentCount = sentCount
    // A receiver fed with numbers that were never sent may have lost more than was.
    this.lostCount = Math.min(losses.lostCount, sentCount)
    this.burstCount = Math.min(losses.burstCount, this.lostCount)
    this.burstMax = Math.min(losses.burstMax, this.lostCount)
  }

  /** Adds another finished flow; nothing is recorded any more. */
  merge(other: Arrivals): void {
    addArrivals(this, other)
    this.staleCount += other.staleCount
  }

  /** Null before any arrival. */
  get highestSeq(): number | null {
    return this.#next > 0 ? this.#next - 1 : null
  }
}
