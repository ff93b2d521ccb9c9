import { aborted } from './abort.ts'
import type { Alarm, Clock, Nanos } from './clock.ts'
import { Spinning } from './spinning.ts'

// A timer is up to a millisecond late, a turn of the event loop some microseconds: sleep coarsely, then turn.
const COARSE_NS = 2_500_000
const MARGIN_NS = 1_500_000
// Where turning does not pay: every wait costs the processor something, so do not wake for each message.
const LEAST_TIMER_NS = 4_000_000
// An idle turn takes a few microseconds of processor time. One that took longer waited for the processor, too.
const LONGEST_IDLE_TURN_NS = 20_000

// Of all alarms: they turn one event loop, on a processor that is free or not.
const spinning = new Spinning()
let workCount = 0

class HostAlarm implements Alarm {
  idleNs = 0
  readonly #clock: Clock
  readonly #onDue: (woke: Nanos) => void
  #due: Nanos | undefined
  #timer: NodeJS.Timeout | undefined
  #timerFor = 0
  #turning = false
  #turnBegan = 0
  #workBefore = 0

  constructor(clock: Clock, onDue: (woke: Nanos) => void) {
    this.#clock = clock
    this.#onDue = onDue
  }

  set(at: Nanos): void {
    this.#due = at
    if (this.#turning) return
    // A timer that fires too early re-arms itself: cheaper than a new timer for every message.
    if (this.#timer !== undefined && this.#timerFor <= at) return
    this.#arm(this.#clock.now())
  }

  clear(): void {
    this.#due = undefined
    if (this.#timer !== undefined) clearTimeout(this.#timer)
    this.#timer = undefined
  }

  worked(): void {
    workCount++
  }

  #arm(now: Nanos): void {
    if (this.#due === undefined) return
    if (this.#timer !== undefined) clearTimeout(this.#timer)
    this.#timer = undefined
    const ahead = this.#due - now
    const spins = spinning.pays(now)
    if (ahead > (spins ? COARSE_NS : 0)) {
      const waitNs = spins ? ahead - MARGIN_NS : Math.max(ahead, LEAST_TIMER_NS)
      this.#timerFor = this.#due
      this.#timer = setTimeout(this.#wake, Math.min(waitNs / 1e6, 0x7fff_ffff))
    } else {
      this.#turning = true
      this.#workBefore = Number.NaN
      setImmediate(this.#turn)
    }
  }

  readonly #wake = (): void => {
    this.#timer = undefined
    if (!this.#turning) this.#arm(this.#clock.now())
  }

  readonly #turn = (): void => {
    const now = this.#clock.now()
    if (this.#workBefore === workCount) {
      this.idleNs += Math.min(now - this.#turnBegan, LONGEST_IDLE_TURN_NS)
      spinning.idled(now - this.#turnBegan, now)
    }
    this.#turnBegan = now
    this.#workBefore = workCount
    if (this.#due === undefined) {
      this.#turning = false
    } else if (now >= this.#due) {
      this.#turning = false
      this.#due = undefined
      this.#onDue(now)
    } else if (this.#due - now > COARSE_NS || !spinning.pays(now)) {
      this.#turning = false
      this.#arm(now)
    } else {
      setImmediate(this.#turn)
    }
  }
}

const origin = process.hrtime.bigint()

/** The host's monotonic clock (process.hrtime), counted from the start of this process, with alarms of a kind. */
export function clockWith(alarmOf: (onDue: (woke: Nanos) => void) => Alarm): Clock {
  const clock: Clock = {
    originNs: Number(origin),
    now: () => Number(process.hrtime.bigint() - origin) as Nanos,
    alarm: alarmOf,
    sleepUntil: (at, signal) =>
      new Promise<Nanos>((resolve, reject) => {
        if (signal?.aborted) return reject(aborted(signal))
        const onAbort = () => {
          alarm.clear()
          reject(aborted(signal))
        }
        const alarm = clock.alarm((woke) => {
          signal?.removeEventListener('abort', onAbort)
          resolve(woke)
        })
        signal?.addEventListener('abort', onAbort, { once: true })
        alarm.set(at)
      }),
  }
  return clock
}

/** With alarms that wait on node's event loop. */
export const hostClock: Clock = clockWith((onDue) => new HostAlarm(hostClock, onDue))
