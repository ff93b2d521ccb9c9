import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { NS_PER_SEC } from '../core/units.ts'
import {
  encodeHead,
  encodeLogHead,
  LOG_HEAD_BYTES,
  RECORD_HEAD_BYTES,
  recordBytesOf,
} from '../packets/packet-log.ts'
import { RecordRing } from './record-ring.ts'
import type { Slots } from './slots.ts'

const MIB = 1024 * 1024
/** Whole packets are kept up to so much, of others the beginning: all headers. */
const WHOLE_BYTES_PER_SEC = 32 * MIB
const WHOLE_BURST_BYTES = 64 * MIB
const BEGINNING_BYTES = 128
/** A log is no longer than this; packets that come then are only counted. */
const MOST_LOG_BYTES = 256 * MIB
/** Written by one call: that takes a moment which delays no packet by much. */
const PIECE_BYTES = 64 * 1024

/** The memory that the packets lie in, and the part of it in which records wait for their file. */
export interface LogMemory {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly from: number
  readonly to: number
}

/** A log that has ended. */
export interface EndedLog {
  /** Null: there is none, or it could not be written. */
  readonly path: string | null
  /** Packets that have no record in it. */
  readonly unloggedCount: number
}

/** Writes the log of a link, a file for each run. Records wait in memory for a moment without packets. */
export class LogWriter {
  readonly #memory: LogMemory
  readonly #folder: string
  readonly #snapBytes: number
  readonly #ring: RecordRing
  #path = ''
  #fd = -1
  #serial = 0
  #logBytes = 0
  #recordCount = 0
  #unloggedCount = 0
  #isBroken = false
  #wholeBytes = WHOLE_BURST_BYTES
  #refilledNs = 0

  /** @param snapBytes the longest packet */
  constructor(memory: LogMemory, folder: string, snapBytes: number, nowNs: number) {
    this.#memory = memory
    this.#folder = folder
    this.#snapBytes = snapBytes
    this.#ring = new RecordRing(memory.from, memory.to)
    this.#begin(nowNs)
  }

  get waitingBytes(): number {
    return this.#ring.waitingBytes
  }

  /** The fate of a packet is final, or the log ends. @param ip where it begins, in the same memory */
  record(
    direction: number,
    fate: number,
    flags: number,
    slots: Slots,
    slot: number,
    ip: number,
    outNs: number,
  ): void {
    const packetBytes = slots.packetBytes[slot] as number
    const inNs = slots.inNs[slot] as number
    const captured = this.#capturedOf(packetBytes, inNs)
    const at = this.#room(recordBytesOf(captured))
    if (at < 0) {
      this.#unloggedCount++
      return
    }
    const { view, bytes } = this.#memory
    const number = slots.number[slot] as number
    const inRun = slots.runNumber[slot] as number
    encodeHead(view, at, direction, fate, flags, number, inRun, packetBytes, captured, inNs, outNs)
    bytes.copyWithin(at + RECORD_HEAD_BYTES, ip, ip + captured)
    this.#recordCount++
  }

  /** Writes a piece of what waits. */
  flush(): void {
    this.#write(PIECE_BYTES)
  }

  /** Ends the log, and begins the next one. */
  cut(nowNs: number): EndedLog {
    while (this.waitingBytes > 0 && this.#write(MIB));
    if (this.#fd >= 0) closeSync(this.#fd)
    const ended = { path: this.#isBroken ? null : this.#path, unloggedCount: this.#unloggedCount }
    this.#begin(nowNs)
    return ended
  }

  /** Leaves no file of the log that has not ended. */
  close(): void {
    this.#ring.clear()
    if (this.#fd < 0) return
    closeSync(this.#fd)
    rmSync(this.#path, { force: true })
    this.#fd = -1
  }

  #begin(nowNs: number): void {
    this.#path = join(this.#folder, `packets-${process.pid}-${++this.#serial}.log`)
    this.#fd = -1
    this.#logBytes = 0
    this.#recordCount = 0
    this.#unloggedCount = 0
    this.#isBroken = false
    encodeLogHead(this.#memory.view, this.#room(LOG_HEAD_BYTES), this.#snapBytes, nowNs)
  }

  /** How much of a packet is kept. */
  #capturedOf(packetBytes: number, nowNs: number): number {
    const gainedBytes = ((nowNs - this.#refilledNs) / NS_PER_SEC) * WHOLE_BYTES_PER_SEC
    if (gainedBytes > 0) {
      this.#wholeBytes = Math.min(WHOLE_BURST_BYTES, this.#wholeBytes + gainedBytes)
      this.#refilledNs = nowNs
    }
    if (packetBytes > this.#wholeBytes) return Math.min(packetBytes, BEGINNING_BYTES)
    this.#wholeBytes -= packetBytes
    return packetBytes
  }

  #room(bytes: number): number {
    if (this.#isBroken || this.#logBytes + bytes > MOST_LOG_BYTES) return -1
    let at = this.#ring.take(bytes)
    // Packets have left no moment for it: now all of them wait.
    while (at < 0 && this.#write(MIB)) at = this.#ring.take(bytes)
    if (at >= 0) this.#logBytes += bytes
    return at
  }

  /** False: it cannot be written. */
  #write(most: number): boolean {
    const { first, pieceBytes } = this.#ring
    try {
      if (this.#fd < 0) this.#fd = openSync(this.#path, 'wx', 0o600)
      const bytes = writeSync(this.#fd, this.#memory.bytes, first, Math.min(most, pieceBytes))
      this.#ring.gave(bytes)
      return bytes > 0
    } catch {
      // No room in that file system: a log with a hole in it would say what is not so.
      this.#isBroken = true
      this.#unloggedCount += this.#recordCount
      this.close()
      return false
    }
  }
}
