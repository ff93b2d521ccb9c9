import type { Nanos } from '../../src/core/clock.ts'
import { Receiver } from '../../src/service/receiver.ts'
import {
  addFlag,
  Flag,
  isStamped,
  NUMBERED_BYTES,
  writeAnswerNumber,
  writeServerTimes,
} from '../../src/wire/frame.ts'
import type { FarStats } from '../../src/wire/session-messages.ts'
import type { Workload } from '../../src/workload/contract.ts'

/** When each copy of message `n` (counted over all flows) arrives, in ns after it left; none: it is lost. */
export type Fate = (n: number, flow: number) => readonly number[]

export interface Link {
  readonly forward: Fate
  readonly reverse: Fate
  /** Dialling and closing, ns. */
  readonly dialNs?: number
  readonly closeNs?: number
  /** The sender is kept from running until then, ns: what it owes leaves late. */
  readonly stalledUntilNs?: number
  /** What the server does with a message. Default: returns it to its sender. */
  readonly passOn?: 'echo' | 'everyone' | 'nobody'
  /** What the server's host clock reads at a simulated time, ns. Default: the same. */
  readonly serverClock?: (atNs: number) => number
  /** What the server says in the end instead of what it counted. */
  readonly account?: Partial<FarStats>
}

export const always =
  (...delays: number[]): Fate =>
  () =>
    delays

/** The same fate for all messages but those listed. */
export function but(usual: readonly number[], special: Readonly<Record<number, readonly number[]>>): Fate {
  return (n) => special[n] ?? usual
}

const MOST_EVENTS = 2_000_000

/**
 * Runs a workload over a link on a simulated clock: exactly what the link says happens, at exactly the time it says.
 * Far counts come from the server's own accounting. Returns the simulated time at the end, ns.
 */
export function simulate(workload: Workload, link: Link): number {
  return new Simulation(workload, link).run()
}

class Simulation {
  readonly #workload: Workload
  readonly #link: Link
  readonly #events: { at: number; order: number; happen(): void }[] = []
  readonly #receivers: Receiver[]
  readonly #answeredCounts: number[]
  #now = 0
  #order = 0
  #forwardCount = 0
  #reverseCount = 0

  constructor(workload: Workload, link: Link) {
    this.#workload = workload
    this.#link = link
    this.#receivers = Array.from({ length: workload.flows }, () => new Receiver())
    this.#answeredCounts = this.#receivers.map(() => 0)
    for (let flow = 0; flow < workload.sessions; flow++) workload.begin(flow, { hi: 7, lo: flow + 1 })
  }

  run(): number {
    const { stalledUntilNs = 0 } = this.#link
    let stalled = stalledUntilNs > 0
    for (let n = 0; n < MOST_EVENTS; n++) {
      const step = this.#workload.poll(this.#now as Nanos)
      if (step.kind === 'done') return this.#account()
      if (step.kind === 'send') this.#send(step.flow, step.message.slice())
      if (step.kind === 'burst') {
        step.next(step.message)
        this.#send(step.flow, step.message.slice())
      }
      if (step.kind === 'dial') this.#dial(step.flow)
      if (step.kind === 'close') this.#close(step.flow)
      if (step.kind === 'wait') {
        if (stalled) {
          stalled = false
          this.#now = stalledUntilNs
        } else this.#wait(step.until)
      }
    }
    throw new Error('the workload never came to an end')
  }

  #dial(flow: number): void {
    this.#later(this.#link.dialNs ?? 0, () => this.#workload.opened(flow, this.#now as Nanos))
  }

  #close(flow: number): void {
    this.#later(this.#link.closeNs ?? 0, () => this.#workload.closed(flow, this.#now as Nanos))
  }

  #send(flow: number, message: Uint8Array): void {
    for (const delay of this.#link.forward(this.#forwardCount++, flow)) {
      this.#later(delay, () => this.#arrivedAtServer(flow, message.slice()))
    }
  }

  #arrivedAtServer(flow: number, message: Uint8Array): void {
    this.#receivers[flow]?.record(message, message.length, this.#now)
    addFlag(message, Flag.REPLY)
    const { passOn = 'echo', serverClock = (atNs: number) => atNs } = this.#link
    const answeredCount = this.#answeredCounts[flow] as number
    if (isStamped(message)) {
      if (message.length >= NUMBERED_BYTES) writeAnswerNumber(message, answeredCount)
      writeServerTimes(message, serverClock(this.#now), serverClock(this.#now))
    }
    this.#answeredCounts[flow] = answeredCount + 1
    const hearers =
      passOn === 'everyone' ? this.#receivers.map((_, member) => member) : passOn === 'echo' ? [flow] : []
    for (const hearer of hearers) {
      for (const delay of this.#link.reverse(this.#reverseCount++, hearer)) {
        const copy = message.slice()
        this.#later(delay, () => this.#workload.receive(hearer, copy, this.#now as Nanos, copy.length))
      }
    }
  }

  #later(delay: number, happen: () => void): void {
    this.#events.push({ at: this.#now + delay, order: this.#order++, happen })
    this.#events.sort((a, b) => a.at - b.at || a.order - b.order)
  }

  #wait(until: number): void {
    const [next] = this.#events
    if (next === undefined || next.at > until) {
      this.#now = until
      return
    }
    this.#events.shift()
    this.#now = next.at
    next.happen()
  }

  #account(): number {
    const endedAt = this.#now
    // What is still under way arrives before the far side is asked what it counted.
    while (this.#events.length > 0) this.#wait(Number.POSITIVE_INFINITY)
    for (let flow = 0; flow < this.#workload.sessions; flow++) {
      const sentCount = this.#workload.sentCount(flow)
      const far = (this.#receivers[flow] as Receiver).stats(
        { sentCount, final: true },
        this.#answeredCounts[flow] as number,
        true,
      )
      this.#workload.account(flow, { ...far, ...this.#link.account })
    }
    this.#workload.recording.finish()
    return endedAt
  }
}
