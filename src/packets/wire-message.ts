import { FrameType, frameType, readSentAt } from '../wire/frame.ts'
import type { Direction } from './packet-log.ts'

/** One message of a measurement (PROBE), as packets carried it. */
export interface WireMessage {
  readonly direction: Direction
  /** An answer, or what a server passes on. */
  readonly isReply: boolean
  readonly stream: number
  /** Not trusted; NaN where it was not captured. */
  readonly seq: number
  readonly messageBytes: number
  /** When its last byte first came to the link. */
  readonly sentNs: number
  /** When its last byte first came to the far host; null: never. */
  readonly arrivedNs: number | null
  /**
   * How long that byte then lay there until all that goes before it had come, too: only in a stream can it be over 0.
   * Null where it did not arrive, or could never be read.
   */
  readonly blockedNs: number | null
}

/** Of the messages of one direction. */
export interface MessageTally {
  /** Those that came to the link. One that came again counts once. */
  readonly messageCount: number
  /** Of these, how many never reached the far host whole and as they were sent. */
  readonly lostMessageCount: number
  /** Of these, how many were neither there nor lost when the run ended. */
  readonly underWayMessageCount: number
}

/** Messages, and the places on the wire of the packets that carried some of one. */
export interface Carried {
  readonly messages: readonly WireMessage[]
  readonly places: Places
  /** False where there may be others: not all was captured. */
  readonly isWhole: boolean
  tally(direction: Direction): MessageTally
}

/** From the first place to the last. */
export class Places {
  first = Number.POSITIVE_INFINITY
  last = Number.NEGATIVE_INFINITY

  add({ first, last }: Pick<Places, 'first' | 'last'>): void {
    this.first = Math.min(this.first, first)
    this.last = Math.max(this.last, last)
  }

  addPackets(packets: readonly { readonly place: number }[]): void {
    for (const { place } of packets) this.add({ first: place, last: place })
  }
}

/** What begins so is a message of a measurement. One without a send time asks a server to begin, and is none. */
export function isMessage(head: Uint8Array): boolean {
  return frameType(head) === FrameType.PROBE && readSentAt(head) !== 0
}
