import { closeSync, openSync, writeFileSync } from 'node:fs'
import { NetcmpError } from '../core/errors.ts'

/** What COLUMNS may ask for. */
const LEAST_COLUMNS = 20
const MOST_COLUMNS = 1000

let lost: Error | undefined

/** A reader that has read enough (`| head -1`) is no failure; what else keeps output from going out is told by `lostOutput`. */
export function survivingClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') lost ??= error
    })
  }
}

/** Why something that was printed so far went nowhere; undefined where all went out, or nobody wanted it. */
export async function lostOutput(): Promise<NetcmpError | undefined> {
  // A stream tells in a later turn what it could not write.
  await new Promise((resolve) => setImmediate(resolve))
  return lost && cannotWriteOut(lost)
}

/** Columns of the terminal on stdout; elsewhere as COLUMNS says (POSIX, environment variables), or 80. */
export function columns(): number {
  if (process.stdout.columns > 0) return process.stdout.columns
  const wanted = Number(process.env.COLUMNS)
  return wanted >= LEAST_COLUMNS && wanted <= MOST_COLUMNS ? Math.floor(wanted) : 80
}

/** Whether stdout is to be coloured: never in a file, and as NO_COLOR and FORCE_COLOR say. */
export function coloured(flags: { color?: boolean; output?: string }): boolean {
  if (flags.color === false || flags.output !== undefined) return false
  const { FORCE_COLOR, NO_COLOR } = process.env
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  return process.stdout.isTTY === true && process.env.TERM !== 'dumb'
}

/** Fails before anything is measured, where the file cannot be written. What is in it stays. */
export function checkWritable(file: string | undefined): void {
  if (file === undefined) return
  try {
    closeSync(openSync(file, 'a'))
  } catch (error) {
    throw new NetcmpError('BAD_VALUE', `netcmp: cannot write ${file}: ${whyNot(error)}`, { cause: error })
  }
}

/** Writes a result to the file, or to stdout. Where the file fails now, stdout gets it: nothing measured is lost. */
export async function emit(text: string, file: string | undefined): Promise<void> {
  if (file === undefined) return writeOut(text)
  try {
    writeFileSync(file, text)
  } catch (error) {
    await writeOut(text)
    throw new NetcmpError(
      'OUTPUT',
      `netcmp: cannot write ${file}: ${whyNot(error)}; the result went to standard output instead`,
      { cause: error },
    )
  }
}

async function writeOut(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => {
      const code = (error as NodeJS.ErrnoException | null | undefined)?.code
      if (!error || code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') resolve()
      else reject(cannotWriteOut(error))
    })
  })
}

function cannotWriteOut(error: Error): NetcmpError {
  return new NetcmpError('OUTPUT', `netcmp: cannot write standard output: ${whyNot(error)}`, { cause: error })
}

/** Why a file cannot be read. */
export function whyNoFile(error: unknown): string {
  return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : whyNot(error)
}

/** Why a file cannot be written. */
export function whyNot(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const words: Record<string, string> = {
    ENOENT: 'no such folder',
    EACCES: 'not permitted',
    EISDIR: 'it is a folder',
    ENOTDIR: 'it is no folder',
    EEXIST: 'it is no folder',
    ENOSPC: 'the disk is full',
    EROFS: 'the disk is read-only',
  }
  return words[code ?? ''] ?? message
}
