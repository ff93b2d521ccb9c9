import { closeSync, openSync, writeSync } from 'node:fs'
import { NetcmpError } from '../core/errors.ts'
import { version } from '../core/version.ts'
import type { LoggedPacket } from '../packets/packet-log.ts'
import { type PcapngSource, pcapngHead, pcapngPackets } from '../packets/pcapng.ts'
import { whyNoFile } from './output.ts'

/** A capture, written while packets come in. Throws OUTPUT where it cannot be. */
export class PcapFile {
  readonly #name: string
  readonly #fd: number
  readonly #source: PcapngSource = { application: `netcmp ${version}`, epochNs: epochNs() }

  /** What was in the file is gone. */
  constructor(name: string) {
    this.#name = name
    this.#fd = this.#try(() => openSync(name, 'w'))
    this.#write(pcapngHead(this.#source))
  }

  add(packets: readonly LoggedPacket[]): void {
    for (const piece of pcapngPackets(packets, this.#source)) this.#write(piece)
  }

  close(): void {
    closeSync(this.#fd)
  }

  #write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) at += this.#try(() => writeSync(this.#fd, bytes, at))
  }

  #try<T>(action: () => T): T {
    try {
      return action()
    } catch (error) {
      throw new NetcmpError('OUTPUT', `netcmp: cannot write ${this.#name}: ${whyNoFile(error)}`, {
        cause: error,
      })
    }
  }
}

/** Time of day at 0 of the clock by which packets are logged (process.hrtime). */
function epochNs(): bigint {
  return BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint()
}
