import { closeSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
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

  private constructor(lines: readonly SweepLine[], file: string | undefined, fd: number | undefined) {
    this.lines = [...lines]
    this.#file = file
    this.#fd = fd
  }

  /** Begins one. Throws BAD_VALUE where the file cannot be written, or has something in it already. */
  static begin(file: string | undefined, head: SweepHead): SweepLog {
    if (file === undefined) return new SweepLog([], undefined, undefined)
    const log = new SweepLog([], file, open(file))
    log.#write(headLine(head))
    return log
  }

  /** Goes on with one, behind its last whole line. Throws BAD_VALUE. */
  static goOn(file: string, { lines, wholeBytes }: SweepFile): SweepLog {
    const fd = open(file)
    ftruncateSync(fd, wholeBytes)
    return new SweepLog(lines, file, fd)
  }

  add(cell: number, run: Run): void {
    this.lines.push({ type: 'run', cell, ...run })
    this.#write(sweepRunLine(cell, run))
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }

  /** What was measured is not thrown away because a disk is full: it is still in memory. */
  #write(line: string): void {
    if (this.#fd === undefined) return
    try {
      const bytes = Buffer.from(line)
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
