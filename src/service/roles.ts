import type { Alarm, Clock, Nanos } from '../core/clock.ts'
import { NS_PER_SEC } from '../core/units.ts'
import type { ConnectionSampler } from '../drive/connection-sampler.ts'
import { Pump } from '../drive/pump.ts'
import type { Endpoint } from '../transport/contract.ts'
import {
  addFlag,
  Flag,
  isStamped,
  NUMBERED_BYTES,
  type Token,
  writeAnswerNumber,
  writeServerTimes,
} from '../wire/frame.ts'
import { Payload } from '../wire/payload.ts'
import type { FarStats, OpenRequest, StatsRequest } from '../wire/session-messages.ts'
import { AWAKE_NS, Bulk } from '../workload/bulk.ts'
import { answer } from './answer.ts'
import type { ProbeRoom, RoomMember } from './probe-room.ts'
import { Receiver } from './receiver.ts'

/** What a session does with the probes of its client. It is made when the client's address is proved. */
export interface Role {
  /** `probe` may be written to: it is this role's until the call returns. */
  probe(probe: Uint8Array, at: Nanos, messageBytes: number): void
  stats(request: StatsRequest): FarStats
  /** Sends no more of its own accord. */
  stop(): void
  end(): void
}

/** Returns every probe, with the times when it came and went and a number of its own, where the client left room for them. */
export class EchoRole implements Role {
  readonly #endpoint: Endpoint
  readonly #clock: Clock
  readonly #receiver = new Receiver()
  #answeredCount = 0

  constructor(endpoint: Endpoint, clock: Clock) {
    this.#endpoint = endpoint
    this.#clock = clock
  }

  probe(probe: Uint8Array, at: Nanos, messageBytes: number): void {
    const clock = this.#clock
    this.#receiver.record(probe, messageBytes, clock.originNs + at)
    addFlag(probe, Flag.REPLY)
    if (isStamped(probe)) {
      if (probe.length >= NUMBERED_BYTES) writeAnswerNumber(probe, this.#answeredCount)
      writeServerTimes(probe, clock.originNs + at, clock.originNs + clock.now())
    }
    this.#answeredCount++
    answer(this.#endpoint, probe)
  }

  stats(request: StatsRequest): FarStats {
    return this.#receiver.stats(request, this.#answeredCount, true)
  }

  stop(): void {}

  end(): void {}
}

/** One session's end of a conversation. */
interface SessionEnd {
  readonly endpoint: Endpoint
  readonly clock: Clock
  readonly token: Token
  readonly sampler: Pick<ConnectionSampler, 'start' | 'stop'>
}

/** A client that has not been heard for so long is gone: nothing is sent to it any more. */
const SILENCE_NS = 5 * NS_PER_SEC

/** Bulk sends without waiting: far more is under way than of any other job. */
const BULK_WINDOW_SEQS = 1 << 16

/** Bulk looks at headers alone. */
const HEAD_BYTES = 512

/** What a client may ask for; the command line asks for no more. */
const MOST_PER_SEC = 1e7

/** Counts what the client sends, and sends as much as it asked for. */
export class BulkRole implements Role {
  readonly #endpoint: Endpoint
  readonly #clock: Clock
  readonly #token: Token
  readonly #receiver: Receiver
  readonly #unreadBefore: number | undefined
  readonly #awake: Alarm | undefined
  readonly #source: Bulk | undefined
  readonly #sampler: SessionEnd['sampler']
  readonly #pump: Pump | undefined
  #finished: boolean
  #heardAt = 0

  constructor({ endpoint, clock, token, sampler }: SessionEnd, request: OpenRequest, staysAwake: boolean) {
    this.#endpoint = endpoint
    this.#clock = clock
    this.#sampler = sampler
    this.#token = token
    this.#awake = staysAwake ? clock.alarm(() => {}) : undefined
    const { sizeBytes, ratePerSec, durationNs, direction, verify = false, messageCount } = request
    const checks = verify && direction !== 'down'
    this.#receiver = new Receiver(BULK_WINDOW_SEQS, checks ? new Payload(sizeBytes) : undefined)
    this.#unreadBefore = endpoint.unreadBytes
    if (!checks) endpoint.keepFirst(HEAD_BYTES)
    this.#finished = direction === undefined || direction === 'up'
    if (this.#finished) return
    this.#source = new Bulk({
      workload: 'bulk',
      sizeBytes,
      ratePerSec: ratePerSec === 'max' ? 'max' : Math.min(ratePerSec, MOST_PER_SEC),
      durationNs,
      ...(messageCount === undefined ? {} : { messageCount }),
      timeoutNs: SILENCE_NS,
      members: 1,
      streams: 1,
      direction: 'up',
      sameClock: false,
      originNs: clock.originNs,
      verify,
    })
    this.#source.begin(0, token)
    this.#pump = new Pump(this.#source, [endpoint], clock)
  }

  probe(probe: Uint8Array, at: Nanos, messageBytes: number): void {
    this.#receiver.record(probe, messageBytes, this.#clock.originNs + at)
    const first = this.#heardAt === 0
    this.#heardAt = at
    this.#awake?.worked()
    this.#awake?.set((at + AWAKE_NS) as Nanos)
    if (first && this.#pump) this.#run(this.#pump)
  }

  /** Many at once, where it does nothing but count; returns how many bytes it took of them. */
  packed(probes: Uint8Array, at: Nanos, messageBytes: number): number {
    if (this.#pump !== undefined) return 0
    return this.#receiver.recordPacked(probes, messageBytes, this.#clock.originNs + at, this.#token)
  }

  #run(pump: Pump): void {
    const check = setInterval(() => {
      if (this.#clock.now() - this.#heardAt > SILENCE_NS) this.stop()
    }, SILENCE_NS / 1e6)
    check.unref()
    const over = () => {
      clearInterval(check)
      this.#sampler.stop()
      this.#finished = true
    }
    this.#sampler.start()
    pump.run().then(over, over)
  }

  stats(request: StatsRequest): FarStats {
    const stats = this.#receiver.stats(request, this.#source?.sentCount(0) ?? 0, this.#finished)
    const { unreadBytes } = this.#endpoint
    if (unreadBytes === undefined) return stats
    return { ...stats, unreadBytes: unreadBytes - (this.#unreadBefore ?? 0) }
  }

  end(): void {
    this.#endpoint.keepFirst(Number.POSITIVE_INFINITY)
    this.stop()
  }

  stop(): void {
    this.#source?.stop()
    this.#pump?.poke()
  }
}

/** A member of a measured room: what it says goes to every member, itself too. */
export class ChatRole implements Role, RoomMember {
  readonly endpoint: Endpoint
  readonly token: Token
  readonly #clock: Clock
  readonly #room: ProbeRoom
  readonly #receiver = new Receiver()

  constructor(endpoint: Endpoint, clock: Clock, token: Token, room: ProbeRoom) {
    this.endpoint = endpoint
    this.token = token
    this.#clock = clock
    this.#room = room
    room.join(this)
  }

  probe(probe: Uint8Array, at: Nanos, messageBytes: number): void {
    this.#receiver.record(probe, messageBytes, this.#clock.originNs + at)
    addFlag(probe, Flag.REPLY)
    this.#room.say(this, probe)
  }

  stats(request: StatsRequest): FarStats {
    return this.#receiver.stats(request, 0, true)
  }

  stop(): void {}

  end(): void {
    this.#room.leave(this)
  }
}
