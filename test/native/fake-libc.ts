import { constants } from 'node:os'
import type { Libc } from '../../src/native/libc.ts'

const { EBADF } = constants.errno

/** A kernel that has every call, knows no descriptor but its own, and makes no socket that does anything. */
export function fakeLibc(changed: Partial<Libc> = {}): Libc & { readonly open: Set<number> } {
  const open = new Set<number>()
  let last = 2
  const made = () => {
    open.add(++last)
    return last
  }
  const known = (fd: number) => (open.has(fd) ? 0 : -EBADF)
  const alloc: Libc['alloc'] = (bytes) => {
    const array = new Uint8Array(bytes)
    return { address: 4096, bytes: array, view: new DataView(array.buffer), free: () => {} }
  }
  return {
    open,
    alloc,
    reserve: alloc,
    map: () => 0,
    socket: made,
    epoll_create1: made,
    close(fd) {
      const result = known(fd)
      open.delete(fd)
      return result
    },
    bind: known,
    connect: known,
    listen: known,
    accept4: (fd) => (open.has(fd) ? made() : -EBADF),
    getsockname: known,
    getpeername: known,
    setsockopt: known,
    getsockopt: known,
    shutdown: known,
    send: (fd, _memory, bytes) => (open.has(fd) ? bytes : -EBADF),
    recv: (fd, _memory, bytes) => (open.has(fd) ? bytes : -EBADF),
    sendBytes: (fd, _memory, bytes) => (open.has(fd) ? bytes : -EBADF),
    recvBytes: (fd, _memory, bytes) => (open.has(fd) ? bytes : -EBADF),
    writeBytes: (fd, _memory, bytes) => (open.has(fd) ? bytes : -EBADF),
    memfd_create: made,
    sendfile: (to, from, _offset, bytes) => (open.has(to) && open.has(from) ? bytes : -EBADF),
    sendmsg: known,
    recvmsg: known,
    recvmmsg: known,
    sendmmsg: known,
    nanosleep: () => 0,
    sched_setattr: () => 0,
    ppoll: () => 0,
    clock_gettime: () => 0,
    if_nametoindex: () => 0,
    prctl: () => 0,
    getpgid: () => 1,
    tcgetpgrp: known,
    tcsetpgrp: known,
    sigprocmask: () => 0,
    ioctl: known,
    epoll_ctl: known,
    epoll_pwait2: known,
    whenReadable: () => () => {},
    ...changed,
  }
}
