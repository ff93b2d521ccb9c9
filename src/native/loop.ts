import type { Alarm, Clock, Nanos } from '../core/clock.ts'
import { clockWith, hostClock } from '../core/host-clock.ts'
import type { SocketOptions } from '../transport/contract.ts'
import * as c from './constants.ts'
import { type Libc, loadLibc, succeed } from './libc.ts'
import type { NativeMemory } from './memory.ts'

const MOST_EVENTS = 64
/** How long node's own event loop may be kept waiting: its timers, signals and other sockets. */
const LONGEST_WAIT_NS = 1_000_000
/** After so long with nothing to do the waiting is left to node. */
const IDLE_NS = 20_000_000

/** What a descriptor's owner wants to know. */
export interface Watcher {
  readable(): void
  writable(): void
}

/**
 * Waits for descriptors and moments by system calls, a millisecond at most at a time, and lets node's event loop turn in
 * between. Everything happens on node's own thread, so that all that runs over node's sockets runs over these.
 */
export class Loop {
  readonly libc: Libc
  /** Node waits for everything: it drives sockets of its own, too, which must not wait for these. */
  readonly #calm: boolean
  /** For what one call needs. */
  readonly scratch: NativeMemory
  readonly #epoll: number
  readonly #events: NativeMemory
  readonly #one: NativeMemory
  readonly #timespec: NativeMemory
  readonly #watchers = new Map<number, Watcher>()
  readonly #alarms = new Set<LoopAlarm>()
  #soon: (() => void)[] = []
  #dirty: (() => void)[] = []
  #flushing: (() => void)[] = []
  #scheduled = false
  #busyUntil = 0
  #stopPolling: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(libc: Libc, calm = false) {
    this.libc = libc
    this.#calm = calm
    this.#epoll = succeed('epoll_create1', libc.epoll_create1(c.EPOLL_CLOEXEC))
    this.#events = libc.alloc(c.EPOLL_EVENT_BYTES * MOST_EVENTS)
    this.scratch = libc.alloc(64)
    this.#one = libc.alloc(c.EPOLL_EVENT_BYTES)
    this.#timespec = libc.alloc(16)
    // Of this thread: the kernel otherwise rounds a wait up by 50 us to save power.
    libc.prctl(c.PR_SET_TIMERSLACK, 1)
  }

  watch(fd: number, watcher: Watcher, events: number): void {
    this.#watchers.set(fd, watcher)
    this.#control(c.EPOLL_CTL_ADD, fd, events)
    this.wake()
  }

  /** Whether it is to be told when the descriptor takes more, and when there is more to read. */
  want(fd: number, reads: boolean, writes: boolean): void {
    this.#control(c.EPOLL_CTL_MOD, fd, (reads ? c.EPOLLIN : 0) | (writes ? c.EPOLLOUT : 0))
    this.wake()
  }

  unwatch(fd: number): void {
    if (!this.#watchers.delete(fd)) return
    this.#control(c.EPOLL_CTL_DEL, fd, 0)
    if (this.#watchers.size === 0) this.#rest()
  }

  /** Calls back before the next wait: what is gathered until then leaves together. */
  beforeWaiting(flush: () => void): void {
    this.#dirty.push(flush)
    this.wake()
  }

  /** Calls back in the next turn, which then does not wait. */
  soon(callback: () => void): void {
    this.#soon.push(callback)
    this.wake()
  }

  alarm(onDue: (woke: Nanos) => void): Alarm {
    return new LoopAlarm(this, this.#alarms, onDue)
  }

  wake(): void {
    this.#busyUntil = this.#calm ? 0 : hostClock.now() + IDLE_NS
    this.schedule()
  }

  schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    if (!this.#calm) this.#stopWaiting()
    clearTimeout(this.#timer)
    setImmediate(this.#turn)
  }

  readonly #turn = (): void => {
    this.#scheduled = false
    if (this.#soon.length > 0) return this.#runSoon()
    this.#flush()
    let now = hostClock.now()
    const due = this.#nextDue()
    const count = this.#wait(this.#calm ? 0 : Math.min(due - now, LONGEST_WAIT_NS))
    for (let n = 0; n < count; n++) this.#dispatch(n)
    now = hostClock.now()
    if (count > 0 && !this.#calm) this.#busyUntil = now + IDLE_NS
    for (const alarm of this.#alarms) if (alarm.due <= now) alarm.fire(now)
    this.#flush()
    if (now < this.#busyUntil || this.#nextDue() - now < IDLE_NS) this.schedule()
    else this.#rest()
  }

  /** Promises that were settled so go on before the next wait. */
  #runSoon(): void {
    const soon = this.#soon
    this.#soon = []
    for (const callback of soon) callback()
    this.#flush()
    this.schedule()
  }

  /** Node waits, until something comes or an alarm is near. */
  #rest(): void {
    if (this.#scheduled) return
    clearTimeout(this.#timer)
    if (this.#watchers.size === 0) this.#stopWaiting()
    else this.#stopPolling ??= this.libc.whenReadable(this.#epoll, () => this.wake())
    const ahead = this.#nextDue() - hostClock.now()
    if (ahead < Number.POSITIVE_INFINITY) {
      this.#timer = setTimeout(() => this.schedule(), Math.max(0, ahead / 1e6 - IDLE_NS / 2e6))
    }
  }

  #stopWaiting(): void {
    this.#stopPolling?.()
    this.#stopPolling = undefined
  }

  #nextDue(): number {
    let due = Number.POSITIVE_INFINITY
    for (const alarm of this.#alarms) if (alarm.due < due) due = alarm.due
    return due
  }

  #flush(): void {
    while (this.#dirty.length > 0) {
      const flushes = this.#dirty
      this.#dirty = this.#flushing
      this.#flushing = flushes
      for (const flush of flushes) flush()
      flushes.length = 0
    }
  }

  /** Returns how many events there are. */
  #wait(ns: number): number {
    const { view } = this.#timespec
    const { address } = this.#events
    view.setUint32(8, Math.max(0, ns), true)
    const count = this.libc.epoll_pwait2(this.#epoll, address, MOST_EVENTS, this.#timespec.address)
    return Math.max(0, count)
  }

  #dispatch(n: number): void {
    const { view } = this.#events
    const at = n * c.EPOLL_EVENT_BYTES
    const events = view.getUint32(at, true)
    const fd = view.getInt32(at + c.EPOLL_DATA, true)
    const watcher = this.#watchers.get(fd)
    // An error is heard by whoever reads.
    if ((events & ~c.EPOLLOUT) !== 0) watcher?.readable()
    // Unless that made it another's.
    if ((events & c.EPOLLOUT) !== 0 && this.#watchers.get(fd) === watcher) watcher?.writable()
  }

  #control(operation: number, fd: number, events: number): void {
    const { view, address } = this.#one
    view.setUint32(0, events, true)
    view.setInt32(c.EPOLL_DATA, fd, true)
    succeed('epoll_ctl', this.libc.epoll_ctl(this.#epoll, operation, fd, address))
  }
}

class LoopAlarm implements Alarm {
  due = Number.POSITIVE_INFINITY
  /** Waiting is done by the kernel. */
  idleNs = 0
  readonly #loop: Loop
  readonly #all: Set<LoopAlarm>
  readonly #onDue: (woke: Nanos) => void

  constructor(loop: Loop, all: Set<LoopAlarm>, onDue: (woke: Nanos) => void) {
    this.#loop = loop
    this.#all = all
    this.#onDue = onDue
  }

  set(at: Nanos): void {
    this.due = at
    this.#all.add(this)
    this.#loop.schedule()
  }

  clear(): void {
    this.due = Number.POSITIVE_INFINITY
    this.#all.delete(this)
  }

  worked(): void {}

  fire(now: Nanos): void {
    this.clear()
    this.#onDue(now)
  }
}

let shared: Promise<Loop> | undefined
let calm: Promise<Loop> | undefined

/** The one of this process. Throws UNAVAILABLE. */
export function sharedLoop(): Promise<Loop> {
  shared ??= loadLibc('the native engine').then((libc) => new Loop(libc))
  return shared
}

/** The one of this process where node drives other sockets. Throws UNAVAILABLE. */
function calmLoop(): Promise<Loop> {
  calm ??= loadLibc('a socket by system calls').then((libc) => new Loop(libc, true))
  return calm
}

/** For sockets that are system calls of ours under either engine. Throws UNAVAILABLE. */
export function loopFor(socket: SocketOptions | undefined): Promise<Loop> {
  return socket?.engine === 'native' ? sharedLoop() : calmLoop()
}

/** The host's clock, with alarms that wait in the kernel. */
export function nativeClock(loop: Loop): Clock {
  return clockWith((onDue) => loop.alarm(onDue))
}
