import type { Libc } from '../native/libc.ts'
import type { RingPlace } from '../native/packet-socket.ts'
import { ETHERNET_BYTES } from './frame.ts'
import type { LogMemory } from './log-writer.ts'
import type { WayMemory } from './way.ts'

const MIB = 1024 * 1024
/** Frames of one direction that wait to be taken in: more than a connection of TCP has under way as a rule. */
const RING_BYTES = 32 * MIB
/** Frames of one direction that are under way take no more. */
const WAY_BYTES = 64 * MIB
const MOST_SLOTS = 65_536
const LOG_BYTES = 8 * MIB
/** Frames begin where processors like it; a tag of a virtual network fits, too. */
const ALIGNED = 64
const TAG_BYTES = 4

/** All that a relay keeps packets in. It is one piece, so that bytes move within it without anything being made for that. */
export interface RelayMemory {
  readonly slotCount: number
  /** Of packets that come in going up, and going down; and where they are while they are under way. */
  readonly rings: readonly [RingPlace, RingPlace]
  readonly ways: readonly [WayMemory, WayMemory]
  readonly log: LogMemory
}

export function relayMemory(libc: Libc, mtuBytes: number): RelayMemory {
  const longestBytes = mtuBytes + ETHERNET_BYTES + TAG_BYTES
  const slotBytes = Math.ceil(longestBytes / ALIGNED) * ALIGNED
  const slotCount = Math.min(MOST_SLOTS, Math.floor(WAY_BYTES / slotBytes))
  const wayBytes = slotCount * slotBytes
  const waysFrom = 2 * RING_BYTES
  const logFrom = waysFrom + 2 * wayBytes
  const memory = libc.reserve(logFrom + LOG_BYTES)
  const { bytes, view } = memory
  const ring = (n: number) => ({ memory, from: n * RING_BYTES, bytes: RING_BYTES, longestBytes })
  const way = (n: number) => ({ memory, from: waysFrom + n * wayBytes, slotBytes })
  return {
    slotCount,
    rings: [ring(0), ring(1)],
    ways: [way(0), way(1)],
    log: { bytes, view, from: logFrom, to: logFrom + LOG_BYTES },
  }
}
