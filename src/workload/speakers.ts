import type { Nanos } from '../core/clock.ts'
import { FrameType, HEADER_BYTES, restamp, type Token, writeHeader } from '../wire/frame.ts'
import type { Payload } from '../wire/payload.ts'
import { DONE, reusableSteps, type Step } from './contract.ts'
import type { Job } from './job.ts'
import { messageBuffer } from './message-buffer.ts'
import { Pace } from './pace.ts'

/** Flows that each send on schedule, and then wait for what is outstanding: what echo and chat share. */
export class Speakers {
  readonly #job: Job
  readonly #paces: Pace[]
  readonly #messages: Uint8Array[]
  readonly #ready: boolean[]
  readonly #steps = reusableSteps()
  readonly #payload: Payload | undefined
  readonly #recording: { sent(flow: number, lateNs: number): void }
  #lastDueNs = 0
  #started = false
  #turn = 0

  constructor(
    job: Job,
    flows: number,
    windowSeqs: number,
    recording: { sent(flow: number, lateNs: number): void },
    payload?: Payload,
  ) {
    this.#job = job
    this.#payload = payload
    this.#recording = recording
    const each = Array.from({ length: flows }, (_, flow) => flow)
    this.#paces = each.map((flow) => new Pace(job, flow / flows, windowSeqs))
    this.#messages = each.map(() => messageBuffer(Math.max(HEADER_BYTES, job.sizeBytes)))
    this.#ready = each.map(() => true)
  }

  begin(flow: number, token: Token, flags: number): void {
    writeHeader(this.#messages[flow] as Uint8Array, FrameType.PROBE | flags, flow, token, 0)
  }

  /** `outstanding`: messages sent that may still be answered. */
  poll(now: Nanos, outstanding: number): Step {
    if (!this.#started) this.#start(now)
    let soonest = Number.POSITIVE_INFINITY
    let allSent = true
    const flows = this.#paces.length
    for (let n = 0; n < flows; n++) {
      // In turns: a flow that is late must not keep the others from sending.
      const flow = (this.#turn + n) % flows
      const pace = this.#paces[flow] as Pace
      if (pace.awaiting && now >= this.#givenUpNs(pace)) pace.awaiting = false
      const due = this.#ready[flow] ? pace.nextDueNs(now) : Number.POSITIVE_INFINITY
      if (due <= now) {
        this.#turn = flow + 1
        return this.#send(flow, due, now)
      }
      if (due < soonest) soonest = due
      if (pace.awaiting) soonest = Math.min(soonest, this.#givenUpNs(pace))
      if (!pace.allSent) allSent = false
    }
    const givenUpAt = this.#lastDueNs + this.#job.timeoutNs
    if (allSent && (outstanding <= 0 || now >= givenUpAt)) return DONE
    if (allSent) soonest = givenUpAt
    this.#steps.wait.until = Math.min(soonest, now + this.#job.timeoutNs) as Nanos
    return this.#steps.wait
  }

  #start(now: Nanos): void {
    this.#started = true
    for (const pace of this.#paces) pace.start(now)
  }

  #givenUpNs(pace: Pace): number {
    return pace.dueNs(pace.sentCount - 1) + this.#job.timeoutNs
  }

  #send(flow: number, due: number, now: number): Step {
    const pace = this.#paces[flow] as Pace
    const message = this.#messages[flow] as Uint8Array
    restamp(message, pace.sentCount, this.#job.originNs + now)
    this.#payload?.write(message, pace.sentCount)
    pace.take(due)
    pace.awaiting = this.#job.ratePerSec === 'max'
    // Without a schedule nothing is late: NaN is no value.
    this.#recording.sent(flow, this.#job.ratePerSec === 'max' ? Number.NaN : now - due)
    if (due > this.#lastDueNs) this.#lastDueNs = due
    this.#steps.send.flow = flow
    this.#steps.send.message = message
    return this.#steps.send
  }

  /** When message `seq` of a flow was due; NaN where no such message was sent, or too long ago to know. */
  dueNs(flow: number, seq: number): number {
    const pace = this.#paces[flow]
    return pace !== undefined && seq < pace.sentCount ? pace.dueNs(seq) : Number.NaN
  }

  /** At rate `max` an answer to the last message frees the flow: true where it did. */
  answered(flow: number, seq: number): boolean {
    const pace = this.#paces[flow] as Pace
    if (!pace.awaiting || seq !== pace.sentCount - 1) return false
    pace.awaiting = false
    return true
  }

  writable(flow: number, ready: boolean): void {
    this.#ready[flow] = ready
  }

  stop(): void {
    for (const pace of this.#paces) pace.stop()
  }

  sentCount(flow: number): number {
    return (this.#paces[flow] as Pace).sentCount
  }
}
