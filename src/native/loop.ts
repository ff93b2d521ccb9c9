import type { Alarm, Nanos } from '../core/clock.ts'
import { hostClock } from '../core/host-clock.ts'
import { AWAKE_NS, Spinning } from '../core/spinning.ts'
import { NS_PER_MS } from '../core/units.ts'
import * as c from './constants.ts'
import type { Libc } from './libc.ts'
import type { NativeMemory } from './memory.ts'
import { Poller, type Watcher } from './poller.ts'

/** How long node's own event loop may be kept waiting: its timers, signals and other sockets. */
const LONGEST_WAIT_NS = 1_000_000
/** After so long with nothing to do the waiting is left to node. */
const IDLE_NS = 20_000_000
/** How long what comes in batches may gather. */
const GATHERING_NS = 100_000
/** Reading the clock leaves garbage, whose collection delays what is waited for: far from the end it is read now and then. */
const LOOKS_PER_READING = 8
const NEAR_NS = 20_000

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
  /** It does not sleep while there is something to wait for. */
  spins = false
  /** Time spent awake with nothing to do, ns. */
  idleNs = 0
  readonly #poller: Poller
  readonly #spinning = new Spinning()
  readonly #alarms = new Set<LoopAlarm>()
  #soon: (() => void)[] = []
  #scheduled = false
  #gathers = false
  #goesOn = false
  #busyUntil = 0
  #stopPolling: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(libc: Libc, calm = false) {
    this.libc = libc
    this.#calm = calm
    this.scratch = libc.alloc(64)
    this.#poller = new Poller(libc)
    // Of this thread: the kernel otherwise rounds a wait up by 50 us to save power.
    libc.prctl(c.PR_SET_TIMERSLACK, 1)
  }

  watch(fd: number, watcher: Watcher, events: number): void {
    this.#poller.watch(fd, watcher, events)
    this.wake()
  }

  /** Whether it is to be told when the descriptor takes more, and when there is more to read. */
  want(fd: number, reads: boolean, writes: boolean): void {
    this.#poller.want(fd, reads, writes)
    this.wake()
  }

  unwatch(fd: number): void {
    this.#poller.unwatch(fd)
    this.#relax()
  }

  /** As `unwatch`, of a descriptor that is closed now: with that the kernel forgets it. */
  forget(fd: number): void {
    this.#poller.forget(fd)
    this.#relax()
  }

  /** Node need not wait any more for what cannot come; a turn sees to that itself. */
  #relax(): void {
    if (this.#poller.isEmpty && this.#stopPolling) this.#rest()
  }

  /**
   * Something was sent. Who sends in the very call in which it was told something waits for what comes back, and has left
   * nothing for node to do before that.
   */
  goOn(): void {
    this.#goesOn = true
  }

  /**
   * Lets arrivals gather for a moment before the next wait. Who waits is woken by each, on the sender's time: of bulk that
   * costs more than all else.
   */
  gather(): void {
    // Others must not wait for it, and who spins wants to be told at once.
    this.#gathers = !this.spins && this.#poller.told === 1
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
    let now = hostClock.now()
    const until = now + LONGEST_WAIT_NS
    do {
      this.#goesOn = false
      const told = this.#await(now, until)
      now = hostClock.now()
      if (told && !this.#calm) this.#busyUntil = now + IDLE_NS
      this.#fire(now)
    } while (this.#goesOn && now < until && this.#soon.length === 0)
    if (now < this.#busyUntil || this.#nextDue() - now < IDLE_NS) this.schedule()
    else this.#rest()
  }

  /** Each at most once: one that is set again meanwhile has its turn later. */
  #fire(now: Nanos): void {
    let left = this.#alarms.size
    for (const alarm of this.#alarms) {
      if (left-- === 0) return
      if (alarm.due <= now) alarm.fire(now)
    }
  }

  /** Waits for something to tell, or the next moment. */
  #await(now: number, until: number): boolean {
    if (this.#calm) return this.#poller.wait(0)
    const due = this.#nextDue()
    const end = Math.min(due, until)
    if (this.#gathers) {
      this.#gathers = false
      this.#poller.sleep(Math.min(end - now, GATHERING_NS))
      return this.#poller.wait(0)
    }
    const pays = this.#spinning.pays(now)
    if (this.spins && pays) return this.#look(now, end)
    const awakeFrom = pays ? due - AWAKE_NS : due
    if (awakeFrom > now) return this.#poller.wait(Math.min(awakeFrom, until) - now)
    return this.#look(now, end)
  }

  /** Looks again and again, until there is something to tell, or the end comes. */
  #look(from: number, end: number): boolean {
    // Not the host's clock, whose readings leave more.
    const began = performance.now()
    let passedNs = 0
    for (let looks = 1; ; looks++) {
      if (this.#poller.look()) return true
      if (looks % LOOKS_PER_READING !== 0 && from + passedNs < end - NEAR_NS) continue
      const before = passedNs
      passedNs = (performance.now() - began) * NS_PER_MS
      this.idleNs += passedNs - before
      this.#spinning.idled(passedNs - before, from + passedNs)
      if (from + passedNs >= end) return false
    }
  }

  /** Promises that were settled so go on before the next wait. */
  #runSoon(): void {
    const soon = this.#soon
    this.#soon = []
    for (const callback of soon) callback()
    this.schedule()
  }

  /** Node waits, until something comes or an alarm is near. */
  #rest(): void {
    if (this.#scheduled) return
    clearTimeout(this.#timer)
    if (this.#poller.isEmpty) this.#stopWaiting()
    else this.#stopPolling ??= this.libc.whenReadable(this.#poller.fd, () => this.wake())
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
}

class LoopAlarm implements Alarm {
  due = Number.POSITIVE_INFINITY
  readonly #loop: Loop
  readonly #all: Set<LoopAlarm>
  readonly #onDue: (woke: Nanos) => void
  readonly #idleBefore: number

  constructor(loop: Loop, all: Set<LoopAlarm>, onDue: (woke: Nanos) => void) {
    this.#loop = loop
    this.#all = all
    this.#onDue = onDue
    this.#idleBefore = loop.idleNs
  }

  get idleNs(): number {
    return this.#loop.idleNs - this.#idleBefore
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
