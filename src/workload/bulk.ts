import type { Nanos } from '../core/clock.ts'
import { NS_PER_MS } from '../core/units.ts'
import { Arrivals } from '../measure/arrivals.ts'
import { BulkRecording } from '../measure/bulk-recording.ts'
import { countsOf } from '../measure/echo-recording.ts'
import { Intake } from '../measure/intake.ts'
import { FrameType, readSeq, restamp, type Token, writeHeader } from '../wire/frame.ts'
import { Payload } from '../wire/payload.ts'
import type { FarStats } from '../wire/session-messages.ts'
import { DONE, reusableSteps, type Step, type Workload } from './contract.ts'
import type { Job } from './job.ts'
import { messageBuffer } from './message-buffer.ts'
import { Pace } from './pace.ts'

/** Until the far side is heard it is asked to begin this often, and then reminded that somebody listens. */
const ASK_EVERY_NS = 50 * NS_PER_MS
const REMIND_EVERY_NS = 1000 * NS_PER_MS

/**
 * A receiver that slept between two messages would make its sender pay for waking it, which costs as much as the copying:
 * an alarm so near keeps the event loop turning.
 */
export const AWAKE_NS = NS_PER_MS

/** Moves as much as the path takes (or as --rate says), up, down or both ways at once; the receiver counts. */
export class Bulk implements Workload {
  readonly flows: number
  readonly sessions: number
  readonly recording: BulkRecording
  readonly #job: Job
  readonly #flows: Flow[]
  readonly #payload: Payload | undefined
  readonly #steps = reusableSteps()
  readonly #sends: boolean
  readonly #receives: boolean
  #endNs = Number.NaN
  #turn = 0

  constructor(job: Job) {
    this.#job = job
    this.flows = job.streams
    this.sessions = job.streams
    this.#payload = job.verify ? new Payload(job.sizeBytes) : undefined
    this.#sends = job.direction !== 'down'
    this.#receives = job.direction !== 'up'
    const ways = job.direction === 'both' ? 2 : 1
    this.recording = new BulkRecording(job.messageCount && job.messageCount * job.streams * ways)
    this.#flows = Array.from({ length: job.streams }, (_, index) => new Flow(job, index, this.recording))
  }

  begin(flow: number, token: Token): void {
    writeHeader((this.#flows[flow] as Flow).message, FrameType.PROBE, flow, token, 0)
  }

  poll(now: Nanos): Step {
    if (Number.isNaN(this.#endNs)) this.#start(now)
    let soonest = Number.POSITIVE_INFINITY
    for (let n = 0; n < this.flows; n++) {
      // In turns: a flow that is always ready must not keep the others from sending.
      const index = (this.#turn + n) % this.flows
      const flow = this.#flows[index] as Flow
      const due = flow.ready ? this.#nextDue(flow, now) : Number.POSITIVE_INFINITY
      if (due <= now) {
        this.#turn = index + 1
        return this.#send(flow, index, due, now)
      }
      if (due < soonest) soonest = due
    }
    if (now >= this.#endNs || this.#isThrough()) return DONE
    const awake = this.#receives ? now + AWAKE_NS : Number.POSITIVE_INFINITY
    this.#steps.wait.until = Math.min(soonest, this.#endNs, awake) as Nanos
    return this.#steps.wait
  }

  #start(now: Nanos): void {
    this.#endNs = now + this.#job.durationNs
    for (const flow of this.#flows) flow.pace.start(now)
  }

  /** A fixed number of messages is sent, and has come where it was to come. */
  #isThrough(): boolean {
    const { messageCount } = this.#job
    if (messageCount === undefined) return false
    return this.#flows.every(({ pace, arrivals }) => {
      const hasSent = !this.#sends || pace.allSent
      return hasSent && (!this.#receives || arrivals.receivedCount >= messageCount)
    })
  }

  #nextDue(flow: Flow, now: Nanos): number {
    if (this.#sends) return flow.pace.nextDueNs(now)
    return now < this.#endNs ? flow.askAgainAt : Number.POSITIVE_INFINITY
  }

  #send(flow: Flow, index: number, due: number, now: Nanos): Step {
    if (this.#sends) {
      const paced = this.#job.ratePerSec !== 'max'
      const isEndless = this.#payload === undefined && this.#job.messageCount === undefined
      if (!paced && isEndless) return this.#burst(flow, index, now)
      flow.next(flow.message, due, now)
      this.#payload?.write(flow.message, flow.pace.sentCount - 1)
      if (paced) this.recording.cost.sendError.record(now - due)
    } else {
      flow.askAgainAt = now + (flow.intake.messageCount === 0 ? ASK_EVERY_NS : REMIND_EVERY_NS)
    }
    this.#steps.send.flow = index
    this.#steps.send.message = flow.message
    return this.#steps.send
  }

  #burst(flow: Flow, index: number, now: Nanos): Step {
    const { burst } = this.#steps
    flow.burstAtNs = now
    burst.flow = index
    burst.message = flow.message
    burst.next = flow.nextOfBurst
    return burst
  }

  receive(index: number, message: Uint8Array, at: Nanos, messageBytes: number): boolean {
    if (!this.#receives) return false
    const flow = this.#flows[index] as Flow
    this.recording.cost.messageCount++
    const seq = readSeq(message)
    if (this.#payload && !this.#payload.isIntact(message, seq)) {
      // Nothing in it is believed, its number neither: it stays lost (RFC 7680, 2.5).
      flow.corruptCount++
      return false
    }
    flow.arrivals.record(seq)
    flow.intake.record(messageBytes, at)
    return flow.arrivals.receivedCount === this.#job.messageCount
  }

  writable(flow: number, ready: boolean): void {
    ;(this.#flows[flow] as Flow).ready = ready
  }

  opened(): void {}

  closed(): void {}

  stop(): void {
    this.#endNs = 0
    for (const flow of this.#flows) flow.pace.stop()
  }

  sentCount(flow: number): number {
    return this.#sends ? (this.#flows[flow] as Flow).pace.sentCount : 0
  }

  settled(index: number, far: FarStats): boolean {
    const flow = this.#flows[index] as Flow
    const upCount = far.receivedCount + (far.corruptCount ?? 0)
    const downCount = flow.arrivals.receivedCount + flow.corruptCount
    const upSettled = !this.#sends || upCount >= flow.pace.sentCount
    const downSettled = !this.#receives || (far.finished && downCount >= far.sentCount)
    return upSettled && downSettled
  }

  account(index: number, far: FarStats, unreadBytes?: number): void {
    const flow = this.#flows[index] as Flow
    const { recording } = this
    if (this.#sends) {
      const { sentCount } = flow.pace
      recording.delivered('up', farIntake(far), { ...far, sentCount })
      if (far.unreadBytes !== undefined) recording.read(far.receivedBytes, far.unreadBytes)
      // Not trusted: copies aside, no more can have come than were sent.
      if (this.#payload) recording.verified(Math.min(far.corruptCount ?? 0, sentCount))
    }
    if (this.#receives) {
      flow.arrivals.finish(far.sentCount)
      recording.delivered('down', flow.intake, { ...countsOf(flow.arrivals), sentCount: far.sentCount })
      if (unreadBytes !== undefined) recording.read(flow.intake.bytes, unreadBytes)
      if (this.#payload) recording.verified(flow.corruptCount)
    }
  }
}

class Flow {
  ready = true
  askAgainAt = 0
  corruptCount = 0
  readonly message: Uint8Array
  readonly pace: Pace
  readonly arrivals = new Arrivals()
  readonly intake = new Intake()
  /** When the burst under way began: its messages leave together. */
  burstAtNs = 0
  readonly #originNs: number
  readonly #cost: BulkRecording['cost']

  constructor(job: Job, index: number, { cost }: BulkRecording) {
    const sends = job.direction !== 'down'
    this.message = messageBuffer(sends ? job.sizeBytes : Math.min(job.sizeBytes, 64))
    this.pace = new Pace(job, index / job.streams, 1)
    this.#originNs = job.originNs
    this.#cost = cost
  }

  /** Makes the message the next one, due at `due`. */
  next(message: Uint8Array, due: number, now: number): void {
    restamp(message, this.pace.sentCount, this.#originNs + now)
    this.pace.take(due)
    this.#cost.messageCount++
  }

  readonly nextOfBurst = (message: Uint8Array): void => this.next(message, this.burstAtNs, this.burstAtNs)
}

function farIntake(far: FarStats): Intake {
  const intake = new Intake()
  intake.messageCount = far.receivedCount + far.duplicateCount
  intake.bytes = far.receivedBytes
  intake.firstBytes = far.firstBytes
  intake.firstAtNs = far.firstAtNs ?? Number.NaN
  intake.lastAtNs = far.lastAtNs ?? Number.NaN
  return intake
}
