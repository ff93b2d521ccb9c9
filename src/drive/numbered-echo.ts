import { aborted } from '../core/abort.ts'
import type { Alarm, Clock, Nanos } from '../core/clock.ts'
import { asNetcmpError, NetcmpError } from '../core/errors.ts'
import { NS_PER_SEC } from '../core/units.ts'
import type { Endpoint, Traits } from '../transport/contract.ts'
import { numberedText, numberOf } from '../wire/numbered-text.ts'

/** What is said to an echo server. */
export interface NumberedEcho {
  readonly messageCount: number
  readonly sizeBytes: number
  /** Null: each message when the one before it was answered, or given up. */
  readonly ratePerSec: number | null
  /** How long an answer is waited for: then a datagram is given up; of a connection, all of it. */
  readonly timeoutNs: number
}

/** Sends numbered messages to a far side that returns every byte. Resolves with those that were not answered in time. */
export function numberedEcho(
  endpoint: Endpoint,
  traits: Pick<Traits, 'boundaries' | 'reliable'>,
  echo: NumberedEcho,
  clock: Clock,
  signal?: AbortSignal,
): Promise<number[]> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(aborted(signal))
    const onAbort = () => talk.end(aborted(signal))
    signal?.addEventListener('abort', onAbort, { once: true })
    const talk = new Talk(endpoint, traits, echo, clock, (error) => {
      signal?.removeEventListener('abort', onAbort)
      if (error) reject(error)
      else resolve(talk.unanswered)
    })
    talk.goOn()
  })
}

class Talk {
  readonly #answers: StreamAnswers | DatagramAnswers
  readonly #endpoint: Endpoint
  readonly #isReliable: boolean
  readonly #echo: NumberedEcho
  readonly #clock: Clock
  readonly #onOver: (error?: NetcmpError) => void
  readonly #alarm: Alarm
  readonly #beganAt: number
  /** Of each message, the first at 0. */
  readonly #sentAt: number[] = []
  #isOver = false

  constructor(
    endpoint: Endpoint,
    { boundaries, reliable }: Pick<Traits, 'boundaries' | 'reliable'>,
    echo: NumberedEcho,
    clock: Clock,
    onOver: (error?: NetcmpError) => void,
  ) {
    this.#endpoint = endpoint
    this.#isReliable = reliable
    this.#echo = echo
    this.#clock = clock
    this.#onOver = onOver
    this.#beganAt = clock.now()
    const isInTime = (number: number) =>
      this.#clock.now() - (this.#sentAt[number - 1] ?? Number.NaN) <= echo.timeoutNs
    this.#answers =
      boundaries === 'native' ? new DatagramAnswers(isInTime) : new StreamAnswers(echo.sizeBytes)
    this.#alarm = clock.alarm(() => this.goOn())
    endpoint.onMessage((bytes) => {
      this.#answers.take(bytes)
      this.goOn()
    })
    endpoint.onClose((reason) => this.end(reason ?? this.#failure('CLOSED', 'closed')))
  }

  get unanswered(): number[] {
    const all = Array.from({ length: this.#echo.messageCount }, (_, index) => index + 1)
    return all.filter((number) => !this.#answers.has(number))
  }

  end(error?: NetcmpError): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#alarm.clear()
    this.#onOver(error)
  }

  /** Sends what is due; then waits, or is over. */
  goOn(): void {
    const { messageCount, timeoutNs } = this.#echo
    let due = this.#nextDue()
    while (!this.#isOver && due <= this.#clock.now()) {
      this.#send()
      due = this.#nextDue()
    }
    if (this.#isOver) return
    const isSaid = this.#sentAt.length === messageCount
    const isInTurn = this.#echo.ratePerSec === null
    // In turn, those before the last are answered or given up by now.
    const isAnswered = isInTurn ? this.#answers.has(messageCount) : this.#answers.count >= messageCount
    if (isSaid && isAnswered) return this.end()
    const giveUpAt = this.#lastSentAt + timeoutNs
    const waits = isSaid || isInTurn
    if (waits && this.#clock.now() >= giveUpAt) {
      const seconds = `${timeoutNs / NS_PER_SEC} s`
      const why = `does not answer message ${this.#answers.count + 1} within ${seconds} (raise --timeout)`
      return this.end(this.#isReliable ? this.#failure('TIMEOUT', why) : undefined)
    }
    this.#alarm.set(Math.min(due, waits ? giveUpAt : due) as Nanos)
  }

  /** When the next message is to leave: never, where there is none, or where an answer has to come before. */
  #nextDue(): number {
    const { messageCount, ratePerSec, timeoutNs } = this.#echo
    const sentCount = this.#sentAt.length
    if (sentCount === messageCount) return Number.POSITIVE_INFINITY
    if (ratePerSec !== null) return this.#beganAt + (sentCount * NS_PER_SEC) / ratePerSec
    if (sentCount === 0 || this.#answers.has(sentCount)) return this.#lastSentAt
    return this.#isReliable ? Number.POSITIVE_INFINITY : this.#lastSentAt + timeoutNs
  }

  /** 0 before the first. */
  get #lastSentAt(): number {
    return this.#sentAt.at(-1) ?? 0
  }

  #send(): void {
    try {
      const number = this.#sentAt.push(this.#clock.now())
      this.#endpoint.send(numberedText(number, this.#echo.sizeBytes))
    } catch (error) {
      this.end(asNetcmpError(error))
    }
  }

  #failure(code: 'CLOSED' | 'TIMEOUT', why: string): NetcmpError {
    return new NetcmpError(code, `trace: ${this.#endpoint.remote} ${why}`)
  }
}

/** What comes back over a stream, in whatever pieces, is what was sent, in order. */
class StreamAnswers {
  readonly #sizeBytes: number
  #bytes = 0

  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes
  }

  get count(): number {
    return Math.floor(this.#bytes / this.#sizeBytes)
  }

  take(bytes: Uint8Array): void {
    this.#bytes += bytes.length
  }

  has(number: number): boolean {
    return number <= this.count
  }
}

/** Each says itself which it is; copies count once, and what comes too late never. */
class DatagramAnswers {
  readonly #numbers = new Set<number>()
  readonly #isInTime: (number: number) => boolean

  constructor(isInTime: (number: number) => boolean) {
    this.#isInTime = isInTime
  }

  get count(): number {
    return this.#numbers.size
  }

  take(bytes: Uint8Array): void {
    const number = numberOf(bytes)
    if (number !== null && this.#isInTime(number)) this.#numbers.add(number)
  }

  has(number: number): boolean {
    return this.#numbers.has(number)
  }
}
