import { NetcmpError } from '../core/errors.ts'
import * as c from './constants.ts'
import { errorCode, isHostOfLibc, type Libc, loadLibc } from './libc.ts'

/** Why this host cannot drive sockets by system calls. */
export interface Obstacle {
  /** In one line, with a remedy. */
  readonly error: NetcmpError
  /** The system and its processor could: something is missing or forbidden. */
  readonly isUnexpected: boolean
}

const WHO = 'the native engine'

/** Undefined where nothing stands in the way. Loads what the engine needs, and tries every kind of call it makes. */
export async function nativeObstacle(load: typeof loadLibc = loadLibc): Promise<Obstacle | undefined> {
  try {
    const why = refused(await load(WHO))
    if (why === undefined) return undefined
    return { error: new NetcmpError('UNAVAILABLE', `${WHO} cannot run here: ${why}`), isUnexpected: true }
  } catch (error) {
    if (!(error instanceof NetcmpError)) throw error
    return { error, isUnexpected: isHostOfLibc() }
  }
}

/** The first call that the kernel does not have or a sandbox forbids; undefined where all work. */
function refused(libc: Libc): string | undefined {
  const memory = libc.alloc(Math.max(32, c.EPOLL_EVENT_BYTES))
  const at = memory.address
  // Of a descriptor that does not exist: whoever knows the call says so, and nothing happens.
  const called: readonly (readonly [name: string, result: number])[] = [
    ['epoll_pwait2', libc.epoll_pwait2(-1, at, 1, at)],
    ['epoll_ctl', libc.epoll_ctl(-1, c.EPOLL_CTL_ADD, -1, at)],
    ['sendmsg', libc.sendmsg(-1, at, 0)],
    ['recvmsg', libc.recvmsg(-1, at, 0)],
    ['sendfile', libc.sendfile(-1, -1, 0, 1)],
    ['recvmmsg', libc.recvmmsg(-1, at, 1, c.MSG_DONTWAIT, 0)],
    ['accept4', libc.accept4(-1, 0, 0, 0)],
  ]
  memory.free()
  const missing = called.find(([, result]) => result !== -c.EBADF)
  if (missing) return whyNot(...missing)
  const epoll = libc.epoll_create1(c.EPOLL_CLOEXEC)
  if (epoll < 0) return whyNot('epoll_create1', epoll)
  libc.close(epoll)
  for (const type of [c.SOCK_STREAM, c.SOCK_DGRAM]) {
    const ipv4 = libc.socket(c.AF_INET, type | c.SOCK_CLOEXEC, 0)
    const fd = ipv4 >= 0 ? ipv4 : libc.socket(c.AF_INET6, type | c.SOCK_CLOEXEC, 0)
    if (fd < 0) return whyNot('socket', fd)
    libc.close(fd)
  }
  return undefined
}

function whyNot(name: string, result: number): string {
  const why =
    name === 'epoll_pwait2'
      ? 'needs Linux 5.11 or newer, and a container that allows it'
      : 'a sandbox may forbid it'
  return `the system call ${name} fails with ${errorCode(result)}: ${why}`
}
