import type { Nanos } from '../core/clock.ts'
import { EchoRecording } from '../measure/echo-recording.ts'
import {
  Flag,
  isStamped,
  readAnswerNumber,
  readSentAt,
  readSeq,
  readServerReceivedAt,
  readServerSentAt,
  STAMPED_BYTES,
  type Token,
} from '../wire/frame.ts'
import type { FarStats } from '../wire/session-messages.ts'
import type { Step, Workload } from './contract.ts'
import type { Job } from './job.ts'
import { windowSeqs } from './pace.ts'
import { Speakers } from './speakers.ts'

/** The clock of one host, read at each end: how far apart two of its processes may read it. */
const SAME_CLOCK_ERROR_NS = 1_000

/** Sends numbered messages to a server that returns them: round trips, and what was lost, doubled or overtaken. */
export class Echo implements Workload {
  readonly flows: number
  readonly sessions: number
  readonly recording: EchoRecording
  readonly timed = true
  readonly #job: Job
  readonly #speakers: Speakers
  #sentCount = 0
  #answeredCount = 0

  constructor(job: Job) {
    const window = windowSeqs(job.ratePerSec, job.timeoutNs)
    this.#job = job
    this.flows = job.streams
    this.sessions = job.streams
    this.recording = new EchoRecording(job.streams, window, job.sameClock ? SAME_CLOCK_ERROR_NS : null)
    this.#speakers = new Speakers(job, job.streams, window, this.recording)
  }

  begin(flow: number, token: Token): void {
    const { answeredBy, sizeBytes } = this.#job
    const isStamped = answeredBy !== 'host' && sizeBytes >= STAMPED_BYTES
    this.#speakers.begin(flow, token, isStamped ? Flag.STAMPED : 0)
  }

  poll(now: Nanos): Step {
    const step = this.#speakers.poll(now, this.#sentCount - this.#answeredCount)
    if (step.kind === 'send') this.#sentCount++
    return step
  }

  receive(flow: number, message: Uint8Array, at: Nanos): boolean {
    this.recording.answerCame(flow, readAnswerNumber(message))
    const seq = readSeq(message)
    const rttNs = at - this.#speakers.dueNs(flow, seq)
    if (Number.isNaN(rttNs)) return false
    if (rttNs > this.#job.timeoutNs) {
      this.recording.late()
      return false
    }
    if (!this.recording.answered(flow, seq, rttNs)) return false
    this.#answeredCount++
    if (isStamped(message)) {
      this.recording.stamped(
        readSentAt(message),
        readServerReceivedAt(message),
        readServerSentAt(message),
        this.#job.originNs + at,
      )
    }
    return this.#speakers.answered(flow, seq) || this.#answeredCount === this.#sentCount
  }

  writable(flow: number, ready: boolean): void {
    this.#speakers.writable(flow, ready)
  }

  opened(): void {}

  closed(): void {}

  stop(): void {
    this.#speakers.stop()
  }

  sentCount(flow: number): number {
    return this.#speakers.sentCount(flow)
  }

  settled(flow: number, far: FarStats): boolean {
    return this.recording.hasAllAnswers(flow, far.sentCount)
  }

  account(flow: number, far: FarStats): void {
    this.recording.account(flow, far)
  }
}
