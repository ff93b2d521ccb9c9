import { chmod, lstat, unlink } from 'node:fs/promises'
import { createConnection } from 'node:net'
import type { Address } from '../core/address.ts'
import { NetcmpError, systemError } from '../core/errors.ts'
import { listenStream } from '../stream/listener.ts'
import type { Endpoint, Listener, ListenOptions } from '../transport/contract.ts'
import { checkPath } from './path.ts'

const ONLY_OWNER = 0o600

/**
 * Listens at a path. Unlike a port, the socket's file outlives a process that was killed: one on which nobody answers is
 * removed. The file's mode is the only gate there is, so it admits this user only.
 */
export async function listen(
  at: Address,
  options: ListenOptions,
  serve: (endpoint: Endpoint) => void,
): Promise<Listener> {
  checkPath(at)
  let accepted = 0
  const attempt = () =>
    listenStream(
      {
        where: { path: at },
        who: 'unix',
        address: () => at,
        // The far end has no name: number them, so that a log can tell them apart.
        describe: () => ({ local: at, remote: `${at}#${++accepted}` }),
      },
      options,
      serve,
    )
  const listener = await attempt()
    .catch(async (error: unknown) => {
      if (!(await isStale(at, error))) throw error
      await unlink(at)
      return attempt()
    })
    .catch((error: unknown) => {
      throw bindError(error, at)
    })
  if (process.platform !== 'win32') await chmod(at, ONLY_OWNER)
  return listener
}

async function isStale(path: string, error: unknown): Promise<boolean> {
  if (codeOf(error) !== 'EADDRINUSE' || process.platform === 'win32') return false
  const file = await lstat(path).catch(() => undefined)
  return file?.isSocket() === true && (await nobodyAnswers(path))
}

function nobodyAnswers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createConnection({ path })
    probe.once('connect', () => {
      probe.destroy()
      resolve(false)
    })
    probe.once('error', (error) => resolve(codeOf(error) === 'ECONNREFUSED'))
  })
}

function bindError(error: unknown, at: Address): NetcmpError {
  const doing = `unix: cannot bind ${at}`
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

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
}
