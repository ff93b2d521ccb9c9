import { constants } from 'node:os'
import { NetcmpError } from '../core/errors.ts'
import * as c from './constants.ts'
import type { NativeMemory } from './memory.ts'

/**
 * System calls, by their manual pages. A negative result is the error, as the kernel gives it: -EAGAIN, not -1 and errno.
 * Addresses are numbers; whoever passes one keeps its memory alive.
 */
export interface Libc {
  alloc(bytes: number): NativeMemory
  /** Whole pages, all zero, none of which is taken from the system before it is used. */
  reserve(bytes: number): NativeMemory
  /** Has a descriptor's memory take the place of reserved pages. */
  map(address: number, bytes: number, fd: number): number
  socket(domain: number, type: number, protocol: number): number
  bind(fd: number, address: number, bytes: number): number
  connect(fd: number, address: number, bytes: number): number
  listen(fd: number, backlog: number): number
  accept4(fd: number, address: number, bytes: number, flags: number): number
  getsockname(fd: number, address: number, bytes: number): number
  getpeername(fd: number, address: number, bytes: number): number
  setsockopt(fd: number, level: number, name: number, value: number, bytes: number): number
  getsockopt(fd: number, level: number, name: number, value: number, bytes: number): number
  shutdown(fd: number, how: number): number
  close(fd: number): number
  send(fd: number, memory: number, bytes: number, flags: number): number
  recv(fd: number, memory: number, bytes: number, flags: number): number
  sendBytes(fd: number, memory: Uint8Array, bytes: number, flags: number): number
  recvBytes(fd: number, memory: Uint8Array, bytes: number, flags: number): number
  writeBytes(fd: number, memory: Uint8Array, bytes: number): number
  memfd_create(name: number, flags: number): number
  sendfile(to: number, from: number, offset: number, bytes: number): number
  sendmsg(fd: number, message: number, flags: number): number
  recvmsg(fd: number, message: number, flags: number): number
  recvmmsg(fd: number, messages: number, count: number, flags: number, timeout: number): number
  sendmmsg(fd: number, messages: number, count: number, flags: number): number
  prctl(option: number, value: number): number
  getpgid(pid: number): number
  tcgetpgrp(fd: number): number
  tcsetpgrp(fd: number, group: number): number
  sigprocmask(how: number, set: number, before: number): number
  ioctl(fd: number, request: number, memory: number): number
  epoll_create1(flags: number): number
  epoll_ctl(epoll: number, operation: number, fd: number, event: number): number
  /** Waits to the nanosecond; -ENOSYS before Linux 5.11. */
  epoll_pwait2(epoll: number, events: number, count: number, timespec: number): number
  nanosleep(timespec: number, left: number): number
  /** Of this thread; sched_setattr(2). */
  sched_setattr(attributes: number): number
  ppoll(fds: number, count: number, timespec: number, signals: number): number
  clock_gettime(clock: number, timespec: number): number
  /** 0: there is no such interface. */
  if_nametoindex(name: number): number
  /** Calls back, on node's own event loop, whenever a descriptor can be read. Returns how to stop that. */
  whenReadable(fd: number, callback: () => void): () => void
}

// Values and layouts are written down for these.
const ARCHITECTURES = ['x64', 'arm64']

let loaded: Promise<Libc> | undefined
let wrap = (libc: Libc): Libc => libc

/** A system and a processor that all this is written for. */
export function isHostOfLibc(): boolean {
  return process.platform === 'linux' && ARCHITECTURES.includes(process.arch)
}

/** Has all system calls of this process pass through what `wrapper` makes of them. Throws INTERNAL once they are loaded. */
export function wrapLibc(wrapper: (libc: Libc) => Libc): void {
  if (loaded) throw new NetcmpError('INTERNAL', 'netcmp: system calls are wrapped before they are loaded')
  wrap = wrapper
}

/** Loads it once, where it is first needed. Throws UNAVAILABLE: `what` then says what needs it. */
export async function loadLibc(what: string): Promise<Libc> {
  if (!isHostOfLibc()) {
    throw new NetcmpError('UNAVAILABLE', `${what} is for Linux on x86-64 or ARM64`)
  }
  try {
    loaded ??= load().then(wrap)
    return await loaded
  } catch (cause) {
    loaded = undefined
    const why = `${what} needs the package koffi, which did not load (npm install koffi)`
    throw new NetcmpError('UNAVAILABLE', why, { cause })
  }
}

async function load(): Promise<Libc> {
  const koffi = await import('koffi')
  // Of the program itself, which is linked to its C library, glibc or musl.
  const library = koffi.load(null)
  type Call = (...values: number[]) => number
  const { errno } = koffi
  const call = (name: string, ...parameters: string[]): Call => {
    const raw = library.func(name, 'int', parameters) as Call
    // Written out by how many there are: a rest parameter costs an array for every call.
    switch (parameters.length) {
      case 1:
        return (a) => check(raw(a as number))
      case 2:
        return (a, b) => check(raw(a as number, b as number))
      case 3:
        return (a, b, c) => check(raw(a as number, b as number, c as number))
      case 4:
        return (a, b, c, d) => check(raw(a as number, b as number, c as number, d as number))
      default:
        return (a, b, c, d, e) => check(raw(a as number, b as number, c as number, d as number, e as number))
    }
  }
  const check = (result: number): number => (result < 0 ? -errno() : result)
  const [int, pointer, size, u32] = ['int', 'uintptr_t', 'size_t', 'uint32']
  type BytesCall = (fd: number, memory: Uint8Array, bytes: number, flags: number) => number
  const sendBytes = library.func('send', int, [int, 'uint8_t *', size, int]) as BytesCall
  const recvBytes = library.func('recv', int, [int, 'uint8_t *', size, int]) as BytesCall
  type WriteCall = (fd: number, memory: Uint8Array, bytes: number) => number
  const writeBytes = library.func('write', int, [int, 'uint8_t *', size]) as WriteCall
  const prctl = library.func('prctl', int, [int, 'ulong', 'ulong', 'ulong', 'ulong']) as Call
  const syscall = library.func('syscall', 'long', ['long', int, pointer, int, pointer, pointer, size]) as Call
  const mmap = library.func('mmap', 'intptr_t', [pointer, size, int, int, int, 'long']) as Call
  const munmap = call('munmap', pointer, size)
  const access = c.PROT_READ | c.PROT_WRITE
  const memoryOf = (memory: unknown, bytes: number, free: () => void): NativeMemory => {
    const buffer = koffi.view(memory, bytes)
    const address = typeof memory === 'number' ? memory : Number(koffi.address(memory))
    return { address, bytes: new Uint8Array(buffer), view: new DataView(buffer), free }
  }
  return {
    alloc(bytes) {
      const pointer = koffi.alloc('uint8_t', bytes)
      const memory = memoryOf(pointer, bytes, () => koffi.free(pointer))
      memory.bytes.fill(0)
      return memory
    },
    reserve(bytes) {
      const flags = c.MAP_PRIVATE | c.MAP_ANONYMOUS | c.MAP_NORESERVE
      const address = succeed('mmap', check(mmap(0, bytes, access, flags, -1, 0)))
      return memoryOf(address, bytes, () => munmap(address, bytes))
    },
    map: (address, bytes, fd) => check(mmap(address, bytes, access, c.MAP_SHARED | c.MAP_FIXED, fd, 0)),
    socket: call('socket', int, int, int),
    bind: call('bind', int, pointer, u32),
    connect: call('connect', int, pointer, u32),
    listen: call('listen', int, int),
    accept4: call('accept4', int, pointer, pointer, int),
    getsockname: call('getsockname', int, pointer, pointer),
    getpeername: call('getpeername', int, pointer, pointer),
    setsockopt: call('setsockopt', int, int, int, pointer, u32),
    getsockopt: call('getsockopt', int, int, int, pointer, pointer),
    shutdown: call('shutdown', int, int),
    close: call('close', int),
    send: call('send', int, pointer, size, int),
    recv: call('recv', int, pointer, size, int),
    sendBytes: (fd, memory, bytes, flags) => check(sendBytes(fd, memory, bytes, flags)),
    recvBytes: (fd, memory, bytes, flags) => check(recvBytes(fd, memory, bytes, flags)),
    writeBytes: (fd, memory, bytes) => check(writeBytes(fd, memory, bytes)),
    memfd_create: call('memfd_create', pointer, u32),
    sendfile: call('sendfile', int, int, pointer, size),
    sendmsg: call('sendmsg', int, pointer, int),
    recvmsg: call('recvmsg', int, pointer, int),
    recvmmsg: call('recvmmsg', int, pointer, u32, int, pointer),
    sendmmsg: call('sendmmsg', int, pointer, u32, int),
    prctl: (option, value) => check(prctl(option, value, 0, 0, 0)),
    getpgid: call('getpgid', int),
    tcgetpgrp: call('tcgetpgrp', int),
    tcsetpgrp: call('tcsetpgrp', int, int),
    sigprocmask: call('sigprocmask', int, pointer, pointer),
    ioctl: call('ioctl', int, 'ulong', pointer),
    epoll_create1: call('epoll_create1', int),
    epoll_ctl: call('epoll_ctl', int, int, int, pointer),
    epoll_pwait2: (epoll, events, count, timespec) =>
      check(syscall(c.SYS_EPOLL_PWAIT2, epoll, events, count, timespec, 0, 8)),
    nanosleep: call('nanosleep', pointer, pointer),
    sched_setattr: (attributes) => check(syscall(c.SYS_SCHED_SETATTR, 0, attributes, 0, 0, 0, 0)),
    ppoll: call('ppoll', pointer, 'ulong', pointer, pointer),
    clock_gettime: call('clock_gettime', int, pointer),
    if_nametoindex: call('if_nametoindex', pointer),
    whenReadable(fd, callback) {
      const handle = koffi.node.poll(fd, { readable: true, writable: false }, callback)
      // Not `stop`: what is left of it would, once collected, stop whoever watches the same descriptor by then.
      return () => handle.close()
    },
  }
}

/** What node calls an error of the kernel: EPERM. */
export function errorCode(result: number): string {
  const found = Object.entries(constants.errno).find(([, value]) => value === -result)
  return found?.[0] ?? `errno ${-result}`
}

/** The error of a call that failed, with the code that node gives it. */
export function failure(name: string, result: number): Error {
  const code = errorCode(result)
  return Object.assign(new Error(`${name} ${code}`), { code })
}

/** The result of a call that must not fail. Throws its failure. */
export function succeed(name: string, result: number): number {
  if (result >= 0) return result
  throw failure(name, result)
}
