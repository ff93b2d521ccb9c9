declare const unit: unique symbol

/** Whole nanoseconds since the clock's origin; exact to 2^53 ns, which is 104 days. */
export type Nanos = number & { readonly [unit]: 'ns' }

/** A re-armable timer: one object for a whole run, so that waiting allocates nothing per message. */
export interface Alarm {
  /** Arms it, or moves it: it fires once, at `at` or as soon after as the host manages. */
  set(at: Nanos): void
  clear(): void
  /** Tells the alarm that this turn of the event loop did work, so that it is not counted as idle. */
  worked(): void
  /** Time spent turning the event loop idly to be punctual, ns: not the work's cost. */
  readonly idleNs: number
}

export interface Clock {
  /** Monotonic. */
  now(): Nanos
  /** What the host's monotonic clock read at 0, ns: `originNs + now()` compares between processes of one host. */
  readonly originNs: number
  /** Resolves with the time it really woke: timer error is data. Rejects with ABORTED. */
  sleepUntil(at: Nanos, signal?: AbortSignal): Promise<Nanos>
  /** `onDue` is called with the time it really woke. */
  alarm(onDue: (woke: Nanos) => void): Alarm
}

export const nanos = (value: number): Nanos => Math.round(value) as Nanos
