import { type Alarm, type Clock, type Nanos, nanos } from '../core/clock.ts'
import { NS_PER_MS } from '../core/units.ts'
import type { Pump } from './pump.ts'
import { LEAST_TRIES } from './retries.ts'
import type { Session } from './session.ts'

/** From this try on a question over a path that loses goes alone: our own messages may be what fills the path. */
const ALONE_FROM = LEAST_TRIES / 4

/** TCP alone waits this long (Linux) before it sends again what was lost: a shorter silence says nothing. */
const LEAST_SILENCE_NS = 200 * NS_PER_MS

export interface WatchOptions {
  readonly clock: Clock
  readonly timeoutNs: number
  /** The transport delivers what it took, and keeps what the far host does not acknowledge. */
  readonly reliable: boolean
}

/**
 * Finds out during a run whether the far side is still there: when nothing was heard for the timeout, it asks. When nothing
 * is heard for the timeout after that either, every session is given up with TIMEOUT.
 */
export class Watch {
  readonly #sessions: readonly Session[]
  readonly #pump: Pick<Pump, 'drainedCount' | 'hold'>
  readonly #clock: Clock
  readonly #reliable: boolean
  readonly #silenceNs: number
  readonly #alarm: Alarm
  #signAt = 0
  #tries = 0
  #drainedCount = 0
  #asked = 0

  constructor(
    sessions: readonly Session[],
    pump: Pick<Pump, 'drainedCount' | 'hold'>,
    { clock, timeoutNs, reliable }: WatchOptions,
  ) {
    this.#sessions = sessions
    this.#pump = pump
    this.#clock = clock
    this.#reliable = reliable
    this.#silenceNs = Math.max(timeoutNs, LEAST_SILENCE_NS)
    this.#alarm = clock.alarm((now) => this.#look(now))
  }

  start(): void {
    this.#heard(this.#clock.now())
  }

  stop(): void {
    this.#alarm.clear()
  }

  #look(now: Nanos): void {
    const signAt = this.#lastSign(now)
    if (signAt > this.#signAt) this.#heard(signAt)
    if (now < this.#signAt + this.#silenceNs) return
    // Tries are counted, not time: a process that stood still has not listened.
    if (this.#tries === LEAST_TRIES) {
      for (const session of this.#sessions) session.giveUp(this.#silenceNs)
    } else {
      this.#ask()
      this.#alarm.set(nanos(now + this.#silenceNs / LEAST_TRIES))
    }
  }

  #lastSign(now: Nanos): number {
    let signAt = this.#signAt
    for (const { heardAt } of this.#sessions) if (heardAt > signAt) signAt = heardAt
    // What the kernel did not take at once it takes only when the far host has acknowledged what it had: a queue that
    // empties is a sign of life. Over UDP it is none.
    const { drainedCount } = this.#pump
    if (this.#reliable && this.#tries > 0 && drainedCount !== this.#drainedCount) signAt = now
    this.#drainedCount = drainedCount
    return signAt
  }

  #heard(signAt: number): void {
    this.#signAt = signAt
    this.#tries = 0
    this.#pump.hold(false)
    this.#alarm.set(nanos(signAt + this.#silenceNs))
  }

  /** One session after the other: they all end at one far side. */
  #ask(): void {
    if (this.#tries === 0) this.#asked = (this.#asked + 1) % this.#sessions.length
    if (this.#tries >= ALONE_FROM && !this.#reliable) this.#pump.hold(true)
    this.#tries++
    this.#sessions[this.#asked]?.knock()
  }
}
