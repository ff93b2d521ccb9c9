import { Flag, FrameType, frameType, hasFlag, readSentAt, readSeq, readStream } from '../wire/frame.ts'
import type { Direction } from './packet-log.ts'

/** One message of a measurement (PROBE), as packets carried it. */
export interface WireMessage {
  readonly direction: Direction
  /** An answer, or what a server passes on. */
  readonly isReply: boolean
  readonly stream: number
  /** Not trusted. */
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

/** Messages, and the places on the wire of the first and the last packet that carried some of one; null for none. */
export interface Carried {
  readonly messages: readonly WireMessage[]
  readonly places: readonly [first: number, last: number] | null
  /** False where there may be others: not all was captured. */
  readonly isWhole: boolean
}

/**
 * What the head of a message says of it; undefined where it is none of a measurement. One without a send time asks a
 * server to begin, and is no message.
 */
export function probeOf(head: Uint8Array): Pick<WireMessage, 'isReply' | 'stream' | 'seq'> | undefined {
  if (frameType(head) !== FrameType.PROBE || readSentAt(head) === 0) return undefined
  return { isReply: hasFlag(head, Flag.REPLY), stream: readStream(head), seq: readSeq(head) }
}

/** From the least to the greatest, however many; null for none. */
export function placesOf(places: Iterable<number>): Carried['places'] {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const place of places) {
    first = Math.min(first, place)
    last = Math.max(last, place)
  }
  return first <= last ? [first, last] : null
}
