import type { Nanos } from '../core/clock.ts'
import { EchoRecording } from '../measure/echo-recording.ts'
import {
  Flag,
  HEADER_BYTES,
  isStamped,
  NUMBERED_BYTES,
  readAnswerNumber,
  readSentAt,
  readSeq,
  readServerReceivedAt,
  readServerSentAt,
  STAMPED_BYTES,
  type Token,
} from '../wire/frame.ts'
import { Payload } from '../wire/payload.ts'
import type { FarStats } from '../wire/session-messages.ts'
import type { Step, Workload } from './contract.ts'
import type { Job } from './job.ts'
import { windowSeqs } from './pace.ts'
import { Speakers } from './speakers.ts'

/** The clock of one host, read at each end: how far apart two of its processes may read it. */
const SAME_CLOCK_ERROR_NS = 1_000

/** Where that part of an echo begins which a server returns as it was sent: before it are times and a number of its own. */
export function echoedFrom(messageBytes: number): number {
  return messageBytes >= STAMPED_BYTES ? NUMBERED_BYTES : HEADER_BYTES
}

/** Sends numbered messages to a server that returns them: round trips, and what was lost, doubled or overtaken. */
export class Echo implements Workload {
  readonly flows: number
  readonly sessions: number
  readonly recording: EchoRecording
  readonly #job: Job
  /** All messages that are to be answered, where their number is fixed. */
  readonly #wholeCount: number | undefined
  readonly #speakers: Speakers
  readonly #payload: Payload | undefined
  #sentCount = 0
  #awayNs = Number.NaN
  #answeredCount = 0
  #beganNs = Number.NaN

  constructor(job: Job) {
    const window = windowSeqs(job.ratePerSec, job.timeoutNs)
    this.#job = job
    this.#wholeCount = job.messageCount === undefined ? undefined : job.messageCount * job.streams
    this.flows = job.streams
    this.sessions = job.streams
    this.recording = new EchoRecording(job.streams, window, job.sameClock ? SAME_CLOCK_ERROR_NS : null)
    const from = echoedFrom(job.sizeBytes)
    this.#payload = job.verify && job.sizeBytes > from ? new Payload(job.sizeBytes, from) : undefined
    if (this.#payload) this.recording.verifies()
    this.#speakers = new Speakers(job, job.streams, window, this.recording, this.#payload)
  }

  begin(flow: number, token: Token): void {
    const { answeredBy, sizeBytes } = this.#job
    const isStamped = answeredBy !== 'host' && sizeBytes >= STAMPED_BYTES
    this.#speakers.begin(flow, token, isStamped ? Flag.STAMPED : 0)
  }

  poll(now: Nanos): Step {
    const step = this.#speakers.poll(now, this.#sentCount - this.#answeredCount)
    if (step.kind === 'send') {
      if (this.#sentCount === 0) this.#beganNs = now
      this.#sentCount++
    }
    return step
  }

  away(_flow: number, ns: number): void {
    this.#awayNs = ns
  }

  receive(flow: number, message: Uint8Array, at: Nanos): boolean {
    const seq = readSeq(message)
    if (this.#payload && !this.#payload.isIntact(message, seq)) {
      this.recording.corrupt()
      return false
    }
    this.recording.answerCame(flow, readAnswerNumber(message))
    const rttNs = at - this.#speakers.dueNs(flow, seq)
    if (Number.isNaN(rttNs)) return false
    if (rttNs > this.#job.timeoutNs) {
      this.recording.late()
      return false
    }
    if (!this.recording.answered(flow, seq, rttNs)) return false
    this.#answeredCount++
    if (this.#answeredCount === this.#wholeCount) this.recording.completed(at - this.#beganNs)
    this.recording.away(this.#awayNs, rttNs)
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
