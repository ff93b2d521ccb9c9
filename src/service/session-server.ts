import { randomBytes } from 'node:crypto'
import type { Clock, Nanos } from '../core/clock.ts'
import { NS_PER_SEC } from '../core/units.ts'
import type { Endpoint, Traits } from '../transport/contract.ts'
import {
  addFlag,
  Flag,
  FrameType,
  frameType,
  hasFlag,
  hasToken,
  NO_TOKEN,
  readToken,
  type Token,
} from '../wire/frame.ts'
import {
  CONTROL_BYTES,
  decodeControl,
  encodeControl,
  type Grant,
  type OpenRequest,
  openRequest,
  type Refusal,
  requestNumber,
  statsRequest,
} from '../wire/session-messages.ts'
import { answer } from './answer.ts'
import { ProbeRoom } from './probe-room.ts'
import { BulkRole, ChatRole, EchoRole, type Role } from './roles.ts'

/** Bounds of what clients can make a server hold and do. */
const MOST_SESSIONS = 4096
const MOST_DURATION_NS = 3600 * NS_PER_SEC
const IDLE_NS = 60 * NS_PER_SEC

interface Session {
  readonly token: Token
  /** The OPEN that began it: the same one again is answered the same. */
  readonly openNumber: number
  readonly accept: Uint8Array
  /** From the first frame with the token on: an OPEN with a forged address must cost next to nothing. */
  role: Role | undefined
  ended: boolean
  heardAt: number
  begin(): Role
  end(): void
}

/** The far side of every measurement: opens sessions and answers probes, whatever the transport. */
export class SessionServer {
  sessionCount = 0
  probeCount = 0
  /** Frames that were none of ours, or out of place: dropped. */
  droppedCount = 0
  readonly #clock: Clock
  readonly #name: string
  readonly #sessions = new Set<Session>()
  readonly #rooms = new Map<string, ProbeRoom>()
  readonly #sweep: NodeJS.Timeout

  /** `name` tells clients who answers, as in `netcmp 0.1.0`. */
  constructor(clock: Clock, name: string) {
    this.#clock = clock
    this.#name = name
    this.#sweep = setInterval(() => this.#forgetSilent(), IDLE_NS / 1e6 / 4)
    this.#sweep.unref()
  }

  /** Serves each endpoint of a transport with these traits. */
  serve(traits: Traits): (endpoint: Endpoint) => void {
    return (endpoint) => new Peer(this, endpoint, traits)
  }

  close(): void {
    clearInterval(this.#sweep)
    for (const session of this.#sessions) session.end()
  }

  /** Opens a session, or says why not. */
  open(endpoint: Endpoint, traits: Traits, request: OpenRequest, openNumber: number): Session | Refusal {
    if (this.#sessions.size >= MOST_SESSIONS)
      return { code: 'FULL', reason: `all ${MOST_SESSIONS} sessions are in use, try later` }
    if (request.sizeBytes > traits.maxMessageBytes) {
      return {
        code: 'SIZE',
        reason: `messages of ${request.sizeBytes} B are over its ${traits.maxMessageBytes} B`,
      }
    }
    if (this.#rooms.get(roomOf(request))?.isFull) return { code: 'ROOM', reason: 'the room is full' }
    const token = newToken()
    const granted: Grant = {
      server: this.#name,
      maxDurationNs: MOST_DURATION_NS,
      maxMessageBytes: traits.maxMessageBytes,
    }
    const session: Session = {
      token,
      openNumber,
      accept: encodeControl(FrameType.ACCEPT, token, openNumber, granted),
      role: undefined,
      ended: false,
      heardAt: this.#clock.now(),
      begin: () => {
        session.role ??= this.#role(endpoint, traits, token, request)
        return session.role
      },
      end: () => {
        session.ended = true
        if (this.#sessions.delete(session)) session.role?.end()
      },
    }
    this.#sessions.add(session)
    this.sessionCount++
    return session
  }

  #role(endpoint: Endpoint, traits: Traits, token: Token, request: OpenRequest): Role {
    const durationNs = Math.min(request.durationNs, MOST_DURATION_NS)
    switch (request.workload) {
      case 'echo':
        return new EchoRole(endpoint, this.#clock)
      case 'bulk':
        return new BulkRole({ endpoint, clock: this.#clock, token }, request, durationNs, traits.reliable)
      case 'chat':
        return new ChatRole(endpoint, this.#clock, token, this.#room(roomOf(request)))
    }
  }

  #room(name: string): ProbeRoom {
    const room = this.#rooms.get(name) ?? new ProbeRoom(() => this.#rooms.delete(name))
    this.#rooms.set(name, room)
    return room
  }

  #forgetSilent(): void {
    const now = this.#clock.now()
    for (const session of this.#sessions) if (now - session.heardAt > IDLE_NS) session.end()
  }
}

/** What the server knows of one endpoint: at most one session. */
class Peer {
  readonly #server: SessionServer
  readonly #endpoint: Endpoint
  readonly #traits: Traits
  #session: Session | undefined

  constructor(server: SessionServer, endpoint: Endpoint, traits: Traits) {
    this.#server = server
    this.#endpoint = endpoint
    this.#traits = traits
    endpoint.onMessage((bytes, at, messageBytes) => this.#receive(bytes, at, messageBytes))
    endpoint.onClose(() => this.#session?.end())
  }

  #receive(bytes: Uint8Array, at: Nanos, messageBytes: number): void {
    const type = frameType(bytes)
    const session = this.#session
    // What a server sent is never answered: two servers must not keep each other busy.
    if (type === 0 || hasFlag(bytes, Flag.REPLY)) return this.#drop(type)
    if (type !== FrameType.PROBE) return this.#control(type, bytes, at, messageBytes)
    if (session !== undefined && !session.ended && hasToken(bytes, session.token)) {
      this.#server.probeCount++
      session.heardAt = at
      session.begin().probe(bytes, at, messageBytes)
    } else if (hasToken(bytes, NO_TOKEN)) {
      this.#server.probeCount++
      addFlag(bytes, Flag.REPLY)
      answer(this.#endpoint, bytes)
    } else this.#drop(type)
  }

  /** Requests are padded to one length: no answer is longer. */
  #control(type: number, bytes: Uint8Array, at: Nanos, messageBytes: number): void {
    if (messageBytes !== CONTROL_BYTES) return this.#drop(type)
    const session = this.#session
    if (type === FrameType.OPEN && hasToken(bytes, NO_TOKEN)) return this.#open(bytes)
    if (session !== undefined && !session.ended && hasToken(bytes, session.token)) {
      session.heardAt = at
      if (type === FrameType.STATS_REQUEST) return this.#answerStats(session, bytes)
      if (type === FrameType.CLOSE) session.end()
    }
    if (type === FrameType.CLOSE) this.#answerClose(bytes)
    else this.#drop(type)
  }

  #open(bytes: Uint8Array): void {
    const number = requestNumber(bytes)
    if (this.#session?.openNumber === number && !this.#session.ended)
      return answer(this.#endpoint, this.#session.accept)
    const request = decodeControl(openRequest, bytes)
    if (request === undefined) return this.#drop(FrameType.OPEN)
    this.#session?.end()
    this.#session = undefined
    const opened = this.#server.open(this.#endpoint, this.#traits, request, number)
    if ('accept' in opened) {
      this.#session = opened
      answer(this.#endpoint, opened.accept)
    } else answer(this.#endpoint, encodeControl(FrameType.REFUSE, NO_TOKEN, number, opened))
  }

  #answerStats(session: Session, bytes: Uint8Array): void {
    const request = decodeControl(statsRequest, bytes)
    if (request === undefined) return this.#drop(FrameType.STATS_REQUEST)
    const stats = session.begin().stats(request)
    answer(this.#endpoint, encodeControl(FrameType.STATS, session.token, requestNumber(bytes), stats))
  }

  /** Also for a session that is forgotten already: the first answer may have been lost. */
  #answerClose(bytes: Uint8Array): void {
    const type = FrameType.CLOSE | Flag.REPLY
    answer(this.#endpoint, encodeControl(type, readToken(bytes), requestNumber(bytes), {}))
  }

  /** Over a stream, what is not of our making cannot be told from what follows: the connection ends. */
  #drop(type: number): void {
    this.#server.droppedCount++
    if (type === 0 && this.#traits.boundaries === 'framed') void this.#endpoint.close()
  }
}

function roomOf(request: OpenRequest): string {
  return request.room ?? ''
}

function newToken(): Token {
  const bytes = randomBytes(8)
  return { hi: bytes.readUInt32BE(0), lo: bytes.readUInt32BE(4) || 1 }
}
