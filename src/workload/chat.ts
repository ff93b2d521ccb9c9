import type { Nanos } from '../core/clock.ts'
import { ChatRecording } from '../measure/chat-recording.ts'
import { readSeq, readStream, type Token } from '../wire/frame.ts'
import type { Step, Workload } from './contract.ts'
import type { Job } from './job.ts'
import { windowSeqs } from './pace.ts'
import { Speakers } from './speakers.ts'

/** Members of one room, each speaking on schedule; the server passes every message to every member, the speaker too. */
export class Chat implements Workload {
  readonly flows: number
  readonly sessions: number
  readonly recording: ChatRecording
  readonly #job: Job
  readonly #speakers: Speakers
  #expectedCount = 0
  #heardCount = 0

  constructor(job: Job) {
    const window = windowSeqs(job.ratePerSec, job.timeoutNs)
    this.#job = job
    this.flows = job.members
    this.sessions = job.members
    this.recording = new ChatRecording(job.members, window)
    this.#speakers = new Speakers(job, job.members, window, this.recording)
  }

  begin(member: number, token: Token): void {
    this.#speakers.begin(member, token, 0)
  }

  poll(now: Nanos): Step {
    const step = this.#speakers.poll(now, this.#expectedCount - this.#heardCount)
    if (step.kind === 'send') this.#expectedCount += this.flows
    return step
  }

  receive(member: number, message: Uint8Array, at: Nanos): boolean {
    const speaker = readStream(message)
    const seq = readSeq(message)
    const delayNs = at - this.#speakers.dueNs(speaker, seq)
    if (Number.isNaN(delayNs)) return false
    if (delayNs > this.#job.timeoutNs) {
      this.recording.late()
      return false
    }
    if (!this.recording.heard(member, speaker, seq, delayNs)) return false
    this.#heardCount++
    const freed = member === speaker && this.#speakers.answered(speaker, seq)
    return freed || this.#heardCount === this.#expectedCount
  }

  writable(member: number, ready: boolean): void {
    this.#speakers.writable(member, ready)
  }

  opened(): void {}

  closed(): void {}

  stop(): void {
    this.#speakers.stop()
  }

  sentCount(member: number): number {
    return this.#speakers.sentCount(member)
  }

  settled(): boolean {
    return true
  }

  account(): void {}
}
