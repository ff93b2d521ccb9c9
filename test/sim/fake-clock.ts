import type { Alarm, Clock, Nanos } from '../../src/core/clock.ts'

interface Waiting {
  due: number | undefined
  onDue(woke: Nanos): void
}

/** A clock that moves only when told to: alarms fire in order, exactly on time. */
export class FakeClock implements Clock {
  readonly originNs: number
  #now = 0
  readonly #waiting = new Set<Waiting>()

  constructor(originNs = 0) {
    this.originNs = originNs
  }

  now(): Nanos {
    return this.#now as Nanos
  }

  alarm(onDue: (woke: Nanos) => void): Alarm {
    const waiting: Waiting = { due: undefined, onDue }
    this.#waiting.add(waiting)
    return {
      idleNs: 0,
      set: (at) => {
        waiting.due = at
      },
      clear: () => {
        waiting.due = undefined
      },
      worked: () => {},
    }
  }

  sleepUntil(at: Nanos): Promise<Nanos> {
    return new Promise((resolve) => this.alarm(resolve).set(at))
  }

  /** When the next alarm is due; undefined when none is. */
  get next(): number | undefined {
    const dues = [...this.#waiting].flatMap(({ due }) => (due === undefined ? [] : [due]))
    return dues.length === 0 ? undefined : Math.min(...dues)
  }

  /** Moves on, firing what comes due. */
  advanceTo(at: number): void {
    for (let next = this.next; next !== undefined && next <= at; next = this.next) {
      this.#now = Math.max(this.#now, next)
      for (const waiting of this.#waiting) {
        if (waiting.due === undefined || waiting.due > this.#now) continue
        waiting.due = undefined
        waiting.onDue(this.now())
      }
    }
    this.#now = Math.max(this.#now, at)
  }
}

/** Lets promises settle and the fake clock run, until the promise is settled, or after so many turns. */
export async function within<T>(clock: FakeClock, promise: Promise<T>, mostTurns = 1000): Promise<T> {
  let over = false
  promise.then(
    () => {
      over = true
    },
    () => {
      over = true
    },
  )
  for (let i = 0; i < mostTurns && !over; i++) {
    await Promise.resolve()
    if (i % 10 === 9 && clock.next !== undefined) clock.advanceTo(clock.next)
  }
  return promise
}
