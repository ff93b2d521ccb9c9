import { FateCode, PacketFlag } from '../packets/packet-log.ts'

/** What a link did to the packets of one direction. Every packet, and every copy that it made, has one fate, in one run. */
export interface LinkCounts {
  /** Numbered packets that came, and their bytes from the IP header on. */
  readonly packetCount: number
  readonly byteCount: number
  /** Handed to the far host, copies included. */
  readonly deliveredCount: number
  readonly lostCount: number
  readonly burstLostCount: number
  /** By the drop list. */
  readonly droppedCount: number
  /** Copies included. */
  readonly queueFullCount: number
  /** Neither delivered nor lost when the run ended, copies included: what becomes of them then is counted nowhere. */
  readonly underWayCount: number
  /** Copies that were made. */
  readonly duplicateCount: number
  /** Of those delivered. */
  readonly corruptCount: number
  /** Of those delivered: left before one that had come earlier. */
  readonly reorderedCount: number
}

type Counting = { -readonly [Key in keyof LinkCounts]: number }

/** Counts packets, one call for each fate. */
export class LinkTally {
  #counts = noCounts()

  came(packetBytes: number): void {
    this.#counts.packetCount++
    this.#counts.byteCount += packetBytes
  }

  doubled(): void {
    this.#counts.duplicateCount++
  }

  settled(fate: number, flags: number): void {
    const counts = this.#counts
    switch (fate) {
      case FateCode.delivered:
        counts.deliveredCount++
        if ((flags & PacketFlag.CORRUPT) !== 0) counts.corruptCount++
        if ((flags & PacketFlag.REORDERED) !== 0) counts.reorderedCount++
        return
      case FateCode.lost:
        counts.lostCount++
        return
      case FateCode['burst-lost']:
        counts.burstLostCount++
        return
      case FateCode.dropped:
        counts.droppedCount++
        return
      case FateCode['queue-full']:
        counts.queueFullCount++
        return
      default:
        counts.underWayCount++
    }
  }

  /** Those since they were taken last. */
  take(): LinkCounts {
    const taken = this.#counts
    this.#counts = noCounts()
    return taken
  }
}

export function noCounts(): Counting {
  return {
    packetCount: 0,
    byteCount: 0,
    deliveredCount: 0,
    lostCount: 0,
    burstLostCount: 0,
    droppedCount: 0,
    queueFullCount: 0,
    underWayCount: 0,
    duplicateCount: 0,
    corruptCount: 0,
    reorderedCount: 0,
  }
}
