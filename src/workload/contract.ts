import type { Nanos } from '../core/clock.ts'
import type { NetcmpError } from '../core/errors.ts'
import type { Recording } from '../measure/recording.ts'
import type { Token } from '../wire/frame.ts'
import type { FarStats } from '../wire/session-messages.ts'

/**
 * What a workload wants done next. One object of each kind is reused for a whole run: read it before polling again.
 * `burst`: send as many as suit the flow, one or more; `next` makes the message the next one just before each leaves.
 * `wait`: poll again at `until`, or sooner when something arrives.
 */
export type Step =
  | { readonly kind: 'send'; flow: number; message: Uint8Array }
  | { readonly kind: 'burst'; flow: number; message: Uint8Array; next: (message: Uint8Array) => void }
  | { readonly kind: 'dial'; flow: number }
  | { readonly kind: 'close'; flow: number }
  | { readonly kind: 'wait'; until: Nanos }
  | { readonly kind: 'done' }

/**
 * A job as a state machine: it owns no socket, no timer and no clock, so that the same code runs over an event loop,
 * a blocking loop and a simulated link with a fake clock.
 */
export interface Workload {
  /** How many endpoints it talks over; they are numbered from 0. */
  readonly flows: number
  /** Sessions to open beforehand; 0 where the workload dials its flows itself. */
  readonly sessions: number
  readonly recording: Recording
  /** A session is open on this flow: its messages carry this token. */
  begin(flow: number, token: Token): void
  poll(now: Nanos): Step
  /** True when this may have changed what `poll` answers. `messageBytes` is the full length where only the head came. */
  receive(flow: number, message: Uint8Array, at: Nanos, messageBytes: number): boolean
  /** How long what `receive` is told of next was away from this host, by its kernel, ns; NaN where that is not known. */
  away?(flow: number, ns: number): void
  /** The flow takes no more for now (false), or again (true). */
  writable(flow: number, ready: boolean): void
  /** The flow that `dial` asked for is open. */
  opened(flow: number, at: Nanos): void
  /** The flow is closed: `close` asked for it, or it failed for the reason given. */
  closed(flow: number, at: Nanos, reason?: NetcmpError): void
  /** Sends no more, and is done when what is outstanding has arrived or timed out. */
  stop(): void
  /** Messages sent on the flow so far. */
  sentCount(flow: number): number
  /** By the far side's count so far, nothing is on its way any more. */
  settled(flow: number, far: FarStats): boolean
  /** Takes what the far side counted in the end, and how many bytes of what came here were never read into memory. */
  account(flow: number, far: FarStats, unreadBytes?: number): void
}

export const DONE: Step = { kind: 'done' }

const unset = (_message: Uint8Array): void => {}

/** The steps that a workload reuses. */
export function reusableSteps() {
  return {
    send: { kind: 'send' as const, flow: 0, message: new Uint8Array(0) as Uint8Array },
    burst: { kind: 'burst' as const, flow: 0, message: new Uint8Array(0) as Uint8Array, next: unset },
    wait: { kind: 'wait' as const, until: 0 as Nanos },
  }
}
