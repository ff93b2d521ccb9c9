import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Address } from './address.ts'
import { NetcmpError } from './errors.ts'

const PIPES = '\\\\.\\pipe\\'

// sockaddr_un.sun_path, less its final 0; longer paths would be cut in silence.
const MAX_PATH_BYTES = process.platform === 'darwin' ? 103 : 107

/** A path that nobody uses yet; on Windows a pipe name. */
export function freshPath(): Address {
  const name = `netcmp-${randomBytes(6).toString('hex')}`
  return process.platform === 'win32' ? `${PIPES}${name}` : join(tmpdir(), `${name}.sock`)
}

/** Throws BAD_ADDRESS where the path cannot name a socket. `who` is the transport's name. */
export function checkPath(who: string, path: Address): void {
  if (path === '' || path.includes('\0')) {
    throw new NetcmpError('BAD_ADDRESS', `${who}: "${path.replaceAll('\0', '\\0')}" is not a path`)
  }
  if (process.platform === 'win32') {
    if (!/^\\\\[.?]\\pipe\\./.test(path)) {
      throw new NetcmpError('BAD_ADDRESS', `${who}: "${path}" is not a pipe (write ${PIPES}NAME)`)
    }
  } else if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw new NetcmpError(
      'BAD_ADDRESS',
      `${who}: the path is ${Buffer.byteLength(path)} bytes long, at most ${MAX_PATH_BYTES} fit (choose a shorter one)`,
    )
  }
}
