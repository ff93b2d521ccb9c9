import { abortable } from '../core/abort.ts'
import type { Clock, Nanos } from '../core/clock.ts'
import { asNetcmpError, type NetcmpError } from '../core/errors.ts'
import { NS_PER_SEC } from '../core/units.ts'
import type { Endpoint } from '../transport/contract.ts'
import { FrameType, frameType, hasToken, NO_TOKEN, readToken, type Token } from '../wire/frame.ts'
import {
  type AnyRequest,
  CONTROL_BYTES,
  chunkEnd,
  decodeControl,
  encodeChunk,
  encodeControl,
  type FarStats,
  farStats,
  type Grant,
  grant,
  type Refusal,
  refusal,
  requestNumber,
  retry,
  type StatsRequest,
  uploaded,
} from '../wire/session-messages.ts'
import { FarSide } from './far-side.ts'
import { firstWaitNs, nextWaitNs } from './retries.ts'
import { sessionEndpoint } from './session-endpoint.ts'

/** A server asks once for a proof of address; its key may have been replaced meanwhile. */
const MOST_RETRIES = 3

/** A piece of a document may be lost many times in a row, and what was sent before it would be lost with it. */
const UPLOAD_PATIENCE_NS = 30 * NS_PER_SEC

export interface SessionOptions {
  readonly clock: Clock
  readonly timeoutNs: number
  /** The transport delivers what it took: nothing is sent twice. */
  readonly reliable: boolean
  /** Names the transport in errors. */
  readonly who: string
  /** What to do where nobody answers; default: to look whether there is a server. */
  readonly remedy?: string | undefined
  /** What the server was given too: every message is sealed with it. */
  readonly key?: Uint8Array | undefined
  readonly signal?: AbortSignal | undefined
}

type ProbeHandler = (message: Uint8Array, at: Nanos, messageBytes: number) => void

interface Question {
  readonly number: number
  readonly answers: readonly number[]
  readonly type: number
  answer(bytes: Uint8Array): void
  fail(error: NetcmpError): void
}

/** A client's conversation with a netcmp server over one endpoint, from OPEN to CLOSE. */
export class Session {
  readonly endpoint: Endpoint
  token: Token = NO_TOKEN
  granted: Grant | undefined
  /** When the far side was last heard. */
  heardAt: number
  readonly #options: SessionOptions
  readonly #far: FarSide
  #onProbe: ProbeHandler = () => {}
  #onLost: (reason: NetcmpError) => void = () => {}
  #onStopping: ((reason: NetcmpError) => void) | undefined
  #question: Question | undefined
  // Somewhere: who had this address before us may have left a session behind, whose OPEN was numbered too.
  #questionNumber = Math.floor(Math.random() * 2 ** 32)
  /** Whether it is there, it was asked with this, and has not answered. */
  #knock: Uint8Array | undefined
  #lost: NetcmpError | undefined

  private constructor(below: Endpoint, { sizeBytes }: AnyRequest, options: SessionOptions) {
    const endpoint = sessionEndpoint(below, sizeBytes, options.key, (bytes) => this.#unsealed(bytes))
    this.endpoint = endpoint
    this.#options = options
    this.#far = new FarSide(options.who, endpoint, options.remedy)
    this.heardAt = options.clock.now()
    endpoint.onMessage((bytes, at, messageBytes) => this.#receive(bytes, at, messageBytes))
    endpoint.onClose((reason) => this.#ended(reason))
  }

  /** Opens a session. Throws TIMEOUT, REFUSED, REJECTED, LIMITED, PROTOCOL (the far side is no netcmp server) or ABORTED. */
  static async open(endpoint: Endpoint, request: AnyRequest, options: SessionOptions): Promise<Session> {
    const session = new Session(endpoint, request, options)
    const answer = await session.#openProven(request)
    if (frameType(answer) === FrameType.REFUSE) throw session.#far.refused(decodeControl(refusal, answer))
    const granted = decodeControl(grant, answer)
    if (granted === undefined) throw session.#far.notNetcmp('its ACCEPT cannot be read')
    session.token = readToken(answer)
    session.granted = granted
    return session
  }

  /** Sends OPEN, and again with the cookie that a server asks back. */
  async #openProven(request: AnyRequest): Promise<Uint8Array> {
    const { clock, timeoutNs } = this.#options
    const deadline = clock.now() + timeoutNs
    let asked = request
    for (let retries = 0; retries <= MOST_RETRIES; retries++) {
      const answers = [FrameType.ACCEPT, FrameType.REFUSE, FrameType.RETRY]
      const answer = await this.#ask(FrameType.OPEN, asked, answers, deadline)
      if (frameType(answer) !== FrameType.RETRY) return answer
      const cookie = decodeControl(retry, answer)?.cookie
      if (cookie === undefined) throw this.#far.notNetcmp('its RETRY cannot be read')
      asked = { ...request, cookie }
    }
    throw this.#far.notNetcmp('it believes no proof of address')
  }

  /** Hands over the probes of this session; other frames stay here. */
  onProbe(handler: ProbeHandler): void {
    this.#onProbe = handler
  }

  /** Called when the far side is gone before `close`. */
  onLost(handler: (reason: NetcmpError) => void): void {
    this.#onLost = handler
    if (this.#lost) handler(this.#lost)
  }

  /** Called when the server is about to stop: it goes on answering for a moment. Without this the session is lost then. */
  onStopping(handler: (reason: NetcmpError) => void): void {
    this.#onStopping = handler
  }

  /** What the far side counted. Throws TIMEOUT where it does not say so in time. */
  async stats(request: StatsRequest, patienceNs = this.#options.timeoutNs): Promise<FarStats> {
    const deadline = this.#options.clock.now() + patienceNs
    const answer = await this.#ask(FrameType.STATS_REQUEST, request, [FrameType.STATS], deadline)
    const stats = decodeControl(farStats, answer)
    if (stats === undefined) throw this.#far.notNetcmp('its STATS cannot be read')
    return stats
  }

  /**
   * Asks whether the far side is there; `heardAt` will tell. Nobody waits for this answer, so that another question may
   * be asked meanwhile. Until it comes, this question is asked again, or waits where the transport delivers it.
   */
  knock(): void {
    if (this.#lost || (this.#knock && this.#options.reliable)) return
    const body: StatsRequest = { sentCount: 0, final: false }
    this.#knock ??= encodeControl(
      FrameType.STATS_REQUEST,
      this.token,
      ++this.#questionNumber,
      body,
      CONTROL_BYTES,
    )
    try {
      this.endpoint.send(this.#knock)
    } catch (error) {
      this.#ended(asNetcmpError(error))
    }
  }

  /** Nothing was heard for so long after `knock`: it is lost. */
  giveUp(patienceNs: number): void {
    this.#ended(this.#far.noAnswer(patienceNs, this.token !== NO_TOKEN))
  }

  /** Hands over a document, piece by piece. Throws REJECTED with the server's reason, where it does not keep it. */
  async upload(document: Uint8Array): Promise<void> {
    const { clock, timeoutNs } = this.#options
    for (let offset = 0; offset < document.length; ) {
      const number = ++this.#questionNumber
      const frame = encodeChunk(this.token, number, document, offset)
      const question = { number, type: FrameType.UPLOAD, answers: [FrameType.UPLOAD] }
      const deadline = clock.now() + Math.max(timeoutNs, UPLOAD_PATIENCE_NS)
      // Over any transport: a server drops what is over its rate.
      const answer = decodeControl(uploaded, await this.#await(question, frame, deadline, true))
      if (answer?.refusal) throw this.#far.refused(answer.refusal)
      offset = chunkEnd(offset, document.length)
      if (answer?.receivedBytes !== offset) throw this.#far.notNetcmp('its answer to UPLOAD makes no sense')
    }
  }

  /** Takes leave and closes the endpoint; a far side that does not answer is left all the same. */
  async close(): Promise<void> {
    this.#onLost = () => {}
    if (!this.#lost && this.token !== NO_TOKEN) {
      await this.#ask(FrameType.CLOSE, {}, [FrameType.CLOSE]).catch(() => {})
    }
    await this.endpoint.close()
  }

  async #ask(
    type: number,
    body: unknown,
    answers: readonly number[],
    deadline = this.#options.clock.now() + this.#options.timeoutNs,
  ): Promise<Uint8Array> {
    const number = ++this.#questionNumber
    const frame = encodeControl(type, this.token, number, body, CONTROL_BYTES)
    return this.#await({ number, type, answers }, frame, deadline, !this.#options.reliable)
  }

  async #await(
    question: Pick<Question, 'number' | 'type' | 'answers'>,
    frame: Uint8Array,
    deadline: number,
    repeats: boolean,
  ): Promise<Uint8Array> {
    if (this.#lost) throw this.#lost
    const { clock, timeoutNs, signal } = this.#options
    const patienceNs = Math.max(timeoutNs, deadline - clock.now())
    let waitNs = repeats ? firstWaitNs(timeoutNs) : timeoutNs
    const alarm = clock.alarm((woke) => {
      if (woke >= deadline) {
        this.#question?.fail(this.#far.noAnswer(patienceNs, this.token !== NO_TOKEN))
        return
      }
      try {
        this.endpoint.send(frame)
      } catch (error) {
        this.#question?.fail(asNetcmpError(error))
        return
      }
      waitNs = nextWaitNs(waitNs, timeoutNs)
      alarm.set(Math.min(deadline, woke + waitNs) as Nanos)
    })
    try {
      return await abortable<Uint8Array>(
        signal,
        (resolve, reject) => {
          this.#question = {
            ...question,
            answer: (bytes) => resolve(new Uint8Array(bytes)),
            fail: reject,
          }
          this.endpoint.send(frame)
          alarm.set((clock.now() + waitNs) as Nanos)
        },
        () => {},
      )
    } finally {
      alarm.clear()
      this.#question = undefined
    }
  }

  #receive(bytes: Uint8Array, at: Nanos, messageBytes: number): void {
    this.heardAt = at
    const type = frameType(bytes)
    if (type === FrameType.PROBE) {
      if (hasToken(bytes, this.token)) this.#onProbe(bytes, at, messageBytes)
      return
    }
    if (type === FrameType.REFUSE && this.token !== NO_TOKEN) {
      if (hasToken(bytes, this.token)) this.#dismissed(decodeControl(refusal, bytes))
      return
    }
    if (type === FrameType.STATS && this.#knock && requestNumber(bytes) === requestNumber(this.#knock)) {
      this.#knock = undefined
    }
    const question = this.#question
    if (question === undefined) return
    if (question.answers.includes(type) && requestNumber(bytes) === question.number) {
      if (this.token === NO_TOKEN || hasToken(bytes, this.token)) question.answer(bytes)
    } else if (this.token === NO_TOKEN && (type === 0 || type === FrameType.OPEN)) {
      question.fail(
        this.#far.notNetcmp(type === 0 ? 'it answers something else' : 'it returns what it is sent'),
      )
    }
  }

  #dismissed(why: Refusal | undefined): void {
    const reason = this.#far.dismissed(why)
    if (why?.code === 'STOPPING' && this.#onStopping) this.#onStopping(reason)
    else this.#ended(reason)
  }

  /** Nothing of the far side is believed without a seal, but that it does not believe ours. */
  #unsealed(bytes: Uint8Array): void {
    const question = this.#question
    if (question?.type !== FrameType.OPEN || this.token !== NO_TOKEN) return
    const isAnswer = frameType(bytes) === FrameType.REFUSE && requestNumber(bytes) === question.number
    const why = isAnswer ? decodeControl(refusal, bytes) : undefined
    if (why?.code === 'KEY') question.fail(this.#far.refused(why))
  }

  #ended(reason?: NetcmpError): void {
    if (this.#lost) return
    this.#lost = this.token === NO_TOKEN ? this.#neverOpened(reason) : (reason ?? this.#far.closed())
    this.#question?.fail(this.#lost)
    this.#onLost(this.#lost)
  }

  #neverOpened(reason?: NetcmpError): NetcmpError {
    if (reason?.code === 'PROTOCOL') return this.#far.notNetcmp('it answers something else')
    if (reason === undefined || reason.code === 'RESET') return this.#far.closedUnanswered()
    return reason
  }
}
