import { chmod, lstat, unlink } from 'node:fs/promises'
import type { Address } from './address.ts'
import { NetcmpError, systemError } from './errors.ts'

const ONLY_OWNER = 0o600

/**
 * Binds a socket to a path. Unlike a port, its file outlives a process that was killed: one on which nobody answers is
 * removed. The file's mode is the only gate there is, so it admits this user only. `who` is the transport's name.
 */
export async function bindToPath<Bound>(
  who: string,
  path: Address,
  bind: () => Promise<Bound>,
  nobodyAnswers: (path: Address) => Promise<boolean>,
): Promise<Bound> {
  const bound = await bind()
    .catch(async (error: unknown) => {
      if (!(await isSocketInUse(path, error)) || !(await nobodyAnswers(path))) throw error
      await unlink(path)
      return bind()
    })
    .catch((error: unknown) => {
      throw bindError(error, `${who}: cannot bind ${path}`)
    })
  if (process.platform !== 'win32') await chmod(path, ONLY_OWNER)
  return bound
}

/** Pipes of Windows leave no files behind. */
async function isSocketInUse(path: string, error: unknown): Promise<boolean> {
  if (codeOf(error) !== 'EADDRINUSE' || process.platform === 'win32') return false
  const file = await lstat(path).catch(() => undefined)
  return file?.isSocket() === true
}

function bindError(error: unknown, doing: string): NetcmpError {
  if (codeOf(error) === 'EADDRINUSE') {
    return new NetcmpError('ADDRESS_IN_USE', `${doing}: path in use (choose another)`, { cause: error })
  }
  if (codeOf(error) === 'EACCES' || codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') {
    return new NetcmpError('CANNOT_BIND', `${doing}: no such folder, or not yours to write in`, {
      cause: error,
    })
  }
  return systemError(error, doing)
}

/** The operating system's own word for an error: ECONNREFUSED. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
}
