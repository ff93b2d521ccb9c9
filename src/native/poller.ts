import * as c from './constants.ts'
import { type Libc, succeed } from './libc.ts'
import type { NativeMemory } from './memory.ts'

const MOST_EVENTS = 64

/** While turning, all descriptors are asked about once for so many times that the last active one is read. */
const ASK_ALL_EVERY = 8

/** What a descriptor's owner wants to know. */
export interface Watcher {
  /** There is something to read, or there may be. Returns whether there was. */
  readable(): boolean
  writable(): void
  /** There is an error, or word of what was sent. */
  erred?(): void
}

/** Descriptors, and who wants to know what of them: epoll(7). */
export class Poller {
  /** Can itself be waited for: readable while there is anything to tell. */
  readonly fd: number
  /** How many descriptors there was something to tell of, at last. */
  told = 0
  readonly #libc: Libc
  readonly #events: NativeMemory
  readonly #one: NativeMemory
  readonly #timespec: NativeMemory
  readonly #watchers = new Map<number, Watcher>()
  /** Was read last. */
  #active: Watcher | undefined
  #activeFd = -1
  #untilAll = 0

  constructor(libc: Libc) {
    this.#libc = libc
    this.fd = succeed('epoll_create1', libc.epoll_create1(c.EPOLL_CLOEXEC))
    this.#events = libc.alloc(c.EPOLL_EVENT_BYTES * MOST_EVENTS)
    this.#one = libc.alloc(c.EPOLL_EVENT_BYTES)
    this.#timespec = libc.alloc(16)
  }

  get isEmpty(): boolean {
    return this.#watchers.size === 0
  }

  watch(fd: number, watcher: Watcher, events: number): void {
    this.#watchers.set(fd, watcher)
    this.#control(c.EPOLL_CTL_ADD, fd, events)
  }

  want(fd: number, reads: boolean, writes: boolean): void {
    if (!reads) this.#rest(fd)
    this.#control(c.EPOLL_CTL_MOD, fd, (reads ? c.EPOLLIN : 0) | (writes ? c.EPOLLOUT : 0))
  }

  unwatch(fd: number): void {
    if (!this.#watchers.has(fd)) return
    this.#control(c.EPOLL_CTL_DEL, fd, 0)
    this.forget(fd)
  }

  /** As `unwatch`, of a descriptor that is closed now: with that the kernel forgets it. */
  forget(fd: number): void {
    this.#watchers.delete(fd)
    this.#rest(fd)
  }

  /** Waits so long at most, and tells the watchers. Returns whether there was anything to tell. */
  wait(ns: number): boolean {
    const { address } = this.#events
    this.#timespec.view.setUint32(8, Math.max(0, ns), true)
    const count = this.#libc.epoll_pwait2(this.fd, address, MOST_EVENTS, this.#timespec.address)
    this.told = Math.max(0, count)
    for (let n = 0; n < count; n++) this.#dispatch(n)
    return count > 0
  }

  /** Looks, without waiting, and tells the watchers. Returns whether there was anything to tell. */
  look(): boolean {
    this.told = 1
    // The others, too, even while this one always has something.
    if (this.#active && --this.#untilAll > 0) return this.#active.readable()
    this.#untilAll = ASK_ALL_EVERY
    return this.wait(0)
  }

  /** Waits, whatever happens. */
  sleep(ns: number): void {
    this.#timespec.view.setUint32(8, Math.max(0, ns), true)
    this.#libc.nanosleep(this.#timespec.address, 0)
  }

  #dispatch(n: number): void {
    const { view } = this.#events
    const at = n * c.EPOLL_EVENT_BYTES
    const events = view.getUint32(at, true)
    const fd = view.getInt32(at + c.EPOLL_DATA, true)
    const watcher = this.#watchers.get(fd)
    // An error is heard by whoever reads.
    if ((events & ~c.EPOLLOUT) !== 0) {
      this.#active = watcher
      this.#activeFd = fd
      if ((events & c.EPOLLERR) !== 0) watcher?.erred?.()
      watcher?.readable()
    }
    // Unless that made it another's.
    if ((events & c.EPOLLOUT) !== 0 && this.#watchers.get(fd) === watcher) watcher?.writable()
  }

  /** It is not read for now. */
  #rest(fd: number): void {
    if (fd === this.#activeFd) this.#active = undefined
  }

  #control(operation: number, fd: number, events: number): void {
    const { view, address } = this.#one
    view.setUint32(0, events, true)
    view.setInt32(c.EPOLL_DATA, fd, true)
    succeed('epoll_ctl', this.#libc.epoll_ctl(this.fd, operation, fd, address))
  }
}
