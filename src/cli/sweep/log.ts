import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { NetcmpError } from '../../core/errors.ts'
import type { Run } from '../../result/schema.ts'
import { headLine, parseSweepFile, type SweepFile, sweepRunLine } from '../../result/sweep-file.ts'
import type { SweepHead, SweepLine } from '../../result/sweep-schema.ts'
import { whyNoFile, whyNot } from '../output.ts'

/** The runs of a sweep, kept in memory and, where there is one, in a file: a run is in it before the next begins. */
export class SweepLog {
  readonly lines: SweepLine[]
  /** Why the file has not all of them. */
  lost: NetcmpError | undefined
  readonly #file: string | undefined
  #fd: number | undefined
  /** How long the file is, as far as only this process writes it. */
  #bytes: number

  private constructor(
    lines: readonly SweepLine[],
    file: string | undefined,
    fd: number | undefined,
    bytes: number,
  ) {
    this.lines = [...lines]
    this.#file = file
    this.#fd = fd
    this.#bytes = bytes
  }

  /** Begins one. Throws BAD_VALUE where the file cannot be written, or has something in it already. */
  static begin(file: string | undefined, head: SweepHead): SweepLog {
    if (file === undefined) return new SweepLog([], undefined, undefined, 0)
    const log = new SweepLog([], file, open(file), 0)
    log.#write(headLine(head))
    return log
  }

  /** Goes on with one, behind its last whole line. Throws BAD_VALUE. */
  static goOn(file: string, { lines, bytes, wholeBytes }: SweepFile): SweepLog {
    const log = new SweepLog(lines, file, open(file), bytes)
    log.#cutTo(wholeBytes)
    return log
  }

  /** Throws BAD_VALUE where another process writes the file, too: it is left to that one. */
  add(cell: number, run: Run): void {
    this.lines.push({ type: 'run', cell, ...run })
    this.#write(sweepRunLine(cell, run))
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }

  #cutTo(bytes: number): void {
    if (this.#fd === undefined) return
    this.#checkAlone(this.#fd)
    ftruncateSync(this.#fd, bytes)
    this.#bytes = bytes
  }

  /** A lock would be left by a process that is killed; how long the file is, is always true. */
  #checkAlone(fd: number): void {
    const found = fstatSync(fd)
    if (!found.isFile() || found.size === this.#bytes) return
    this.close()
    throw new NetcmpError(
      'BAD_VALUE',
      `netcmp: ${this.#file} is written by another process, too (one is enough: let it end, then netcmp sweep --resume ${this.#file})`,
    )
  }

  /** What was measured is not thrown away because a disk is full: it is still in memory. */
  #write(line: string): void {
    if (this.#fd === undefined) return
    this.#checkAlone(this.#fd)
    try {
      const bytes = Buffer.from(line)
      this.#bytes += bytes.length
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at)
    } catch (error) {
      this.lost = new NetcmpError('OUTPUT', `netcmp: cannot write ${this.#file}: ${whyNot(error)}`, {
        cause: error,
      })
      this.close()
    }
  }
}

/** Fails before anything is measured, where there is something that a sweep would write over. */
export function checkNew(file: string | undefined): void {
  if (file === undefined) return
  closeSync(open(file))
  if (statSync(file).size === 0) return
  throw new NetcmpError(
    'BAD_VALUE',
    `netcmp: ${file} has something in it (go on with it: netcmp sweep --resume ${file}; or name another file)`,
  )
}

/** The file of a sweep that is to go on; undefined: it is empty, as a full disk left it. Throws BAD_VALUE or MALFORMED_RESULT. */
export function readSweepFile(file: string): SweepFile | undefined {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(file)
  } catch (error) {
    throw new NetcmpError('BAD_VALUE', `netcmp: cannot read ${file}: ${whyNoFile(error)}`, { cause: error })
  }
  return bytes.length === 0 ? undefined : parseSweepFile(bytes, file)
}

function open(file: string): number {
  try {
    return openSync(file, 'a')
  } catch (error) {
    throw new NetcmpError('BAD_VALUE', `netcmp: cannot write ${file}: ${whyNot(error)}`, { cause: error })
  }
}
