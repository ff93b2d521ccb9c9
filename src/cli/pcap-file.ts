import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { NetcmpError } from '../core/errors.ts'
import { version } from '../core/version.ts'
import type { LoggedPacket } from '../packets/packet-log.ts'
import { type PcapngSource, pcapngHead, pcapngPackets } from '../packets/pcapng.ts'
import { whyNoFile } from './output.ts'

/** Bulk fills a disk within minutes, and nobody reads so much. */
const MOST_BYTES = 1024 * 1024 * 1024

/** A capture, written while packets come in. What is in the way is told at the end: nothing else fails because of it. */
export class PcapFile {
  readonly #name: string
  readonly #fd: number
  readonly #source: PcapngSource = { application: `netcmp ${version}`, epochNs: epochNs() }
  #bytes = 0
  #leftOutCount = 0
  #failure: NetcmpError | undefined

  /** What was in the file is gone. Throws OUTPUT. */
  constructor(name: string) {
    this.#name = name
    try {
      this.#fd = openSync(name, 'w')
    } catch (error) {
      throw this.#cannotWrite(error)
    }
    this.#try(() => this.#write(pcapngHead(this.#source)))
  }

  add(packets: readonly LoggedPacket[]): void {
    if (this.#bytes >= MOST_BYTES) this.#leftOutCount += packets.length
    else {
      this.#try(() => {
        for (const piece of pcapngPackets(packets, this.#source)) this.#write(piece)
      })
    }
  }

  /** Throws OUTPUT where not all is in the file. */
  close(): void {
    closeSync(this.#fd)
    if (this.#failure) throw this.#failure
    if (this.#leftOutCount === 0) return
    const what = `the last ${this.#leftOutCount} packets are not in ${this.#name}, which has 1 GiB`
    throw new NetcmpError('OUTPUT', `netcmp: ${what} (fewer blocks, or a shorter --duration, take less)`)
  }

  #write(bytes: Uint8Array): void {
    let at = 0
    try {
      while (at < bytes.length) at += writeSync(this.#fd, bytes, at)
    } finally {
      this.#bytes += wholeBlockBytes(bytes, at)
    }
  }

  #try(action: () => void): void {
    if (this.#failure) return
    try {
      action()
    } catch (error) {
      this.#failure = this.#cannotWrite(error)
      this.#endWhole()
    }
  }

  /** The file ends with the last whole packet: readers refuse one that ends midway. */
  #endWhole(): void {
    try {
      ftruncateSync(this.#fd, this.#bytes)
    } catch {
      // What is no file has no length.
    }
  }

  #cannotWrite(error: unknown): NetcmpError {
    return new NetcmpError('OUTPUT', `netcmp: cannot write ${this.#name}: ${whyNoFile(error)}`, {
      cause: error,
    })
  }
}

/** How long the blocks are that are whole in the first `length` bytes of some (4.1: a type, and its length). */
function wholeBlockBytes(blocks: Uint8Array, length: number): number {
  const view = new DataView(blocks.buffer, blocks.byteOffset, blocks.byteLength)
  let at = 0
  while (at + 8 <= length && at + view.getUint32(at + 4, true) <= length) at += view.getUint32(at + 4, true)
  return at
}

/** Time of day at 0 of the clock by which packets are logged (process.hrtime). */
function epochNs(): bigint {
  return BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint()
}
