import { accessSync, constants, mkdirSync, readdirSync, statSync } from 'node:fs'
import { open, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NetcmpError } from '../core/errors.ts'
import type { Collector } from '../service/collection.ts'
import type { Refusal } from '../wire/session-messages.ts'
import { keptName } from './kept-name.ts'
import { whyNoFile } from './output.ts'
import { Reader } from './reader.ts'
import { removeLeftBehind, temporaryName } from './temporary.ts'

/** Twenty times a usual result. */
const LONGEST_KEPT_BYTES = 4 * 1024 * 1024

/** What a folder may hold; one host may add a tenth of it. */
export interface Room {
  readonly files: number
  readonly bytes: number
}

const DEFAULT_ROOM: Room = { files: 10_000, bytes: 1024 ** 3 }

/** How often another number is tried for a name that is taken. */
const MOST_NUMBERS = 1000

/** A file name that stays in its folder, whatever the name: letters and digits, `_` and `-`, and the time. */
export function fileNameFor(name: string, at: Date, number = 1): string {
  const time = at.toISOString().slice(0, 19).replace(/[-:]/g, '')
  return `${keptName(name)}-${time}Z${number === 1 ? '' : `-${number}`}.json`
}

/** A folder that keeps results, a file each. */
export class CollectFolder implements Collector {
  readonly mostBytes = LONGEST_KEPT_BYTES
  keptCount = 0
  readonly #folder: string
  readonly #reader = new Reader()
  readonly #room: Room
  readonly #total = { files: 0, bytes: 0 }
  readonly #ofHost = new Map<string, { files: number; bytes: number }>()

  /** Makes the folder where there is none, and removes what a killed server left half written. Throws BAD_VALUE. */
  constructor(folder: string, room = DEFAULT_ROOM) {
    this.#folder = folder
    this.#room = room
    try {
      makeFolder(folder)
      accessSync(folder, constants.W_OK)
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        if (!entry.isFile() || removeLeftBehind(folder, entry.name)) continue
        this.#total.files++
        this.#total.bytes += statSync(join(folder, entry.name)).size
      }
    } catch (error) {
      throw new NetcmpError('BAD_VALUE', `netcmp: cannot collect in ${folder}: ${whyNoFile(error)}`, {
        cause: error,
      })
    }
  }

  async keep(name: string, document: Uint8Array, host: string): Promise<Refusal | undefined> {
    const why = await this.#reader.whyNoResult(document)
    if (why !== undefined) return { code: 'RESULT', reason: `not a result: ${why}` }
    const ofHost = this.#ofHost.get(host) ?? { files: 0, bytes: 0 }
    const { files, bytes } = this.#room
    if (
      !hasRoom(this.#total, this.#room, document) ||
      !hasRoom(ofHost, { files: files / 10, bytes: bytes / 10 }, document)
    ) {
      return { code: 'FULL', reason: 'it keeps no more results, of you or of all (tell who runs it)' }
    }
    const counts = [this.#total, ofHost]
    this.#ofHost.set(host, ofHost)
    for (const count of counts) {
      count.files++
      count.bytes += document.length
    }
    try {
      await this.#write(name, document)
      this.keptCount++
      return undefined
    } catch (error) {
      for (const count of counts) {
        count.files--
        count.bytes -= document.length
      }
      process.stderr.write(`netcmp: cannot keep a result in ${this.#folder}: ${whyNoFile(error)}\n`)
      return { code: 'DISK', reason: 'it could not write the result (tell who runs it)' }
    }
  }

  async #write(name: string, document: Uint8Array): Promise<void> {
    const temporary = join(this.#folder, temporaryName())
    const made = [temporary]
    try {
      await writeFile(temporary, document, { flag: 'wx' })
      const file = await this.#reserve(name)
      made.push(file)
      await rename(temporary, file)
    } catch (error) {
      for (const each of made) await rm(each, { force: true })
      throw error
    }
  }

  /** An empty file under a name that was free: what is renamed to it replaces nobody else's. */
  async #reserve(name: string): Promise<string> {
    const at = new Date()
    for (let number = 1; ; number++) {
      const file = join(this.#folder, fileNameFor(name, at, number))
      try {
        await (await open(file, 'wx')).close()
        return file
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || number === MOST_NUMBERS) throw error
      }
    }
  }
}

/** The last folder of the path: above it a wrong one is rather mistyped (and node makes folders in /proc for ever). */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

function hasRoom(count: Room, room: Room, document: Uint8Array): boolean {
  return count.files + 1 <= room.files && count.bytes + document.length <= room.bytes
}
