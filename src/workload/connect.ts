import type { Nanos } from '../core/clock.ts'
import { ConnectRecording } from '../measure/connect-recording.ts'
import { FrameType, NO_TOKEN, readSeq, restamp, writeHeader } from '../wire/frame.ts'
import { DONE, reusableSteps, type Step, type Workload } from './contract.ts'
import type { Job } from './job.ts'
import { messageBuffer } from './message-buffer.ts'

/** Every dial takes one of the host's ephemeral ports for a minute: a run must leave some for the next. */
const MOST_DIALS = 200

/** So few say little: a run on a slow link goes on for more, and for a few times its duration at most. */
const FEWEST_DIALS = 20
const MOST_DURATIONS = 8

type Phase = 'idle' | 'dialling' | 'open' | 'asking' | 'answered' | 'closing'

/** Dials, asks one question, hears the answer, closes; again and again on every flow. Needs no session. */
export class Connect implements Workload {
  readonly flows: number
  readonly sessions = 0
  readonly recording = new ConnectRecording()
  readonly #job: Job
  readonly #flows: Flow[]
  readonly #steps = {
    ...reusableSteps(),
    dial: { kind: 'dial' as const, flow: 0 },
    close: { kind: 'close' as const, flow: 0 },
  }
  #dialCount = 0
  #stopped = false
  #startNs = Number.NaN

  constructor(job: Job) {
    this.#job = job
    this.flows = job.streams
    this.#flows = Array.from({ length: job.streams }, (_, index) => new Flow(job, index))
  }

  begin(): void {}

  poll(now: Nanos): Step {
    if (Number.isNaN(this.#startNs)) this.#startNs = now
    const over = this.#isOver(now - this.#startNs)
    let busy = false
    let soonest = Number.POSITIVE_INFINITY
    for (let index = 0; index < this.flows; index++) {
      const flow = this.#flows[index] as Flow
      const step = this.#next(flow, index, now, over && this.#dialCount > 0)
      if (step !== undefined) return step
      if (flow.phase === 'idle') continue
      busy = true
      if (waits(flow)) soonest = Math.min(soonest, flow.dialledAt + this.#job.timeoutNs)
    }
    if (!busy) {
      this.recording.ran(now - this.#startNs)
      return DONE
    }
    this.#steps.wait.until = Math.min(soonest, now + this.#job.timeoutNs) as Nanos
    return this.#steps.wait
  }

  #isOver(elapsedNs: number): boolean {
    if (this.#stopped || this.#dialCount >= MOST_DIALS) return true
    const { durationNs } = this.#job
    return elapsedNs >= durationNs * (this.#dialCount < FEWEST_DIALS ? MOST_DURATIONS : 1)
  }

  #next(flow: Flow, index: number, now: Nanos, over: boolean): Step | undefined {
    if (flow.phase === 'idle' && !over) {
      flow.phase = 'dialling'
      flow.dialledAt = now
      this.#dialCount++
      this.recording.dialled()
      this.#steps.dial.flow = index
      return this.#steps.dial
    }
    if (flow.phase === 'open') {
      flow.phase = 'asking'
      flow.seq = this.#dialCount
      restamp(flow.message, flow.seq, this.#job.originNs + now)
      this.#steps.send.flow = index
      this.#steps.send.message = flow.message
      return this.#steps.send
    }
    const unanswered = waits(flow) && now >= flow.dialledAt + this.#job.timeoutNs
    if (flow.phase === 'answered' || unanswered) {
      flow.answered = flow.phase === 'answered'
      flow.phase = 'closing'
      flow.closingAt = now
      this.#steps.close.flow = index
      return this.#steps.close
    }
    return undefined
  }

  opened(index: number, at: Nanos): void {
    const flow = this.#flows[index] as Flow
    if (flow.phase !== 'dialling') return
    flow.phase = 'open'
    this.recording.connected(at - flow.dialledAt)
  }

  receive(index: number, message: Uint8Array, at: Nanos): boolean {
    const flow = this.#flows[index] as Flow
    if (flow.phase !== 'asking' || readSeq(message) !== flow.seq) return false
    flow.phase = 'answered'
    this.recording.replied(at - flow.dialledAt)
    return true
  }

  closed(index: number, at: Nanos): void {
    const flow = this.#flows[index] as Flow
    if (flow.phase === 'closing') this.recording.closed(at - flow.closingAt, flow.answered)
    flow.phase = 'idle'
  }

  writable(): void {}

  stop(): void {
    this.#stopped = true
  }

  sentCount(): number {
    return this.#dialCount
  }

  settled(): boolean {
    return true
  }

  account(): void {}
}

function waits(flow: Flow): boolean {
  return flow.phase === 'dialling' || flow.phase === 'asking'
}

class Flow {
  phase: Phase = 'idle'
  seq = 0
  dialledAt = 0
  closingAt = 0
  answered = false
  readonly message: Uint8Array

  constructor(job: Job, index: number) {
    this.message = messageBuffer(job.sizeBytes)
    writeHeader(this.message, FrameType.PROBE, index, NO_TOKEN, 0)
  }
}
