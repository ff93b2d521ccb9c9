import { hostOf } from '../core/address.ts'
import type { Clock } from '../core/clock.ts'
import { NS_PER_SEC } from '../core/units.ts'
import { type HostDrops, readHostDrops } from '../drive/host-drops.ts'
import { SealedEndpoint } from '../drive/sealed-endpoint.ts'
import type { Endpoint, Engine, Traits } from '../transport/contract.ts'
import { newToken } from '../wire/frame.ts'
import type { AnyRequest, Refusal } from '../wire/session-messages.ts'
import { Collection, type Collector } from './collection.ts'
import { Cookies } from './cookies.ts'
import { Crowd } from './crowd.ts'
import { type Limits, overLimit, settleLimits } from './limits.ts'
import { Peer } from './peer.ts'
import { ProbeRoom } from './probe-room.ts'
import { ServerSession } from './server-session.ts'

/** Connections without a session: how many at once, and how long each may take to open one. */
const MOST_UNOPENED = 1024
const OPEN_WITHIN_NS = 10 * NS_PER_SEC

const SWEEP_MS = 1000

export interface SessionServerOptions {
  readonly limits?: Partial<Limits>
  /** Whoever has not the same one is refused. */
  readonly key?: Uint8Array | undefined
  /** What the host dropped since it started; null where unknown. Default: what Linux says. */
  readonly readDrops?: () => HostDrops | null
  /** Keeps the results of clients; without it they are refused. */
  readonly collector?: Collector | undefined
  /** What drives its sockets, for clients' results. */
  readonly engine?: Engine | undefined
}

const STOPPING = 'the server is stopping'

/** How long a client midway has to end its run and to ask for what was counted. */
const STOP_GRACE_MS = 1000

/** The far side of every measurement: opens sessions and answers probes, whatever the transport. */
export class SessionServer {
  sessionCount = 0
  probeCount = 0
  /** OPENs that were answered with REFUSE. */
  refusedCount = 0
  /** Probes over the rate that a session may have: dropped. */
  overRateCount = 0
  /** Frames that were none of ours, or out of place: dropped. */
  droppedCount = 0
  readonly clock: Clock
  readonly name: string
  readonly engine: Engine | undefined
  readonly limits: Limits
  readonly cookies: Cookies
  /** Connections without a session. */
  readonly unopened: Crowd
  readonly readDrops: () => HostDrops | null
  readonly #key: Uint8Array | undefined
  readonly #collection: Collection
  readonly #sessions = new Set<ServerSession>()
  readonly #sessionsOfHost = new Map<string, number>()
  readonly #rooms = new Map<string, ProbeRoom>()
  readonly #sweep: NodeJS.Timeout
  #stopping = false
  #stopped: Promise<void> | undefined
  #onEmpty: () => void = () => {}

  /** `name` tells clients who answers, as in `netcmp 0.1.0`. Throws BAD_VALUE where a limit is not over 0. */
  constructor(clock: Clock, name: string, options: SessionServerOptions = {}) {
    this.clock = clock
    this.name = name
    this.engine = options.engine
    this.limits = settleLimits(options.limits ?? {})
    this.cookies = new Cookies(clock)
    this.unopened = new Crowd(clock, MOST_UNOPENED, OPEN_WITHIN_NS)
    this.#key = options.key
    this.readDrops = options.readDrops ?? (() => readHostDrops())
    this.#collection = new Collection(options.collector)
    this.#sweep = setInterval(() => this.#forgetSilent(), SWEEP_MS)
    this.#sweep.unref()
  }

  /** Serves each endpoint of a transport with these traits. */
  serve(traits: Traits): (endpoint: Endpoint) => void {
    const key = this.#key
    return (endpoint) => {
      if (key === undefined) return new Peer(this, endpoint, traits)
      const sealed = new SealedEndpoint(endpoint, key, (bytes, messageBytes) =>
        peer.unsealed(endpoint, bytes, messageBytes),
      )
      const peer: Peer = new Peer(this, sealed, traits)
      return peer
    }
  }

  /** Opens no more sessions, and tells the clients of those that are open. Resolves when they have ended, or after a second. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    this.#stopping = true
    for (const session of this.#sessions) session.warn({ code: 'STOPPING', reason: STOPPING })
    if (this.#sessions.size === 0) return
    await new Promise<void>((resolve) => {
      const overdue = setTimeout(resolve, STOP_GRACE_MS)
      this.#onEmpty = () => {
        clearTimeout(overdue)
        resolve()
      }
    })
  }

  close(): void {
    clearInterval(this.#sweep)
    for (const session of this.#sessions) session.end({ code: 'STOPPED', reason: STOPPING })
  }

  /** Opens a session, or says why not. */
  open(endpoint: Endpoint, traits: Traits, request: AnyRequest, openNumber: number): ServerSession | Refusal {
    const host = hostOf(endpoint.remote)
    const refusal =
      this.#noRoom(host, request) ??
      overLimit(request, this.limits, traits) ??
      (request.workload === 'collect' ? this.#collection.noRoom(host, request.sizeBytes) : undefined)
    if (refusal !== undefined) {
      this.refusedCount++
      return refusal
    }
    const session = new ServerSession({
      server: this,
      endpoint,
      traits,
      request,
      openNumber,
      token: newToken(),
      room: () => this.#room(roomOf(request)),
      collection: this.#collection,
      onEnd: () => {
        this.#sessions.delete(session)
        this.#count(host, -1)
        if (this.#sessions.size === 0) this.#onEmpty()
      },
    })
    this.#sessions.add(session)
    this.#count(host, 1)
    this.sessionCount++
    return session
  }

  #noRoom(host: string, request: AnyRequest): Refusal | undefined {
    const { maxSessions } = this.limits
    const ofOneHost = Math.ceil(maxSessions / 2)
    if (this.#stopping) return { code: 'STOPPING', reason: STOPPING }
    if (this.#sessions.size >= maxSessions) {
      return { code: 'FULL', reason: `all ${maxSessions} sessions are in use, try later` }
    }
    if (host !== '' && (this.#sessionsOfHost.get(host) ?? 0) >= ofOneHost) {
      return { code: 'FULL', reason: `one host may have ${ofOneHost} sessions, and yours has them` }
    }
    if (this.#rooms.get(roomOf(request))?.isFull) return { code: 'ROOM', reason: 'the room is full' }
    return undefined
  }

  #count(host: string, more: 1 | -1): void {
    const count = (this.#sessionsOfHost.get(host) ?? 0) + more
    if (count > 0) this.#sessionsOfHost.set(host, count)
    else this.#sessionsOfHost.delete(host)
  }

  #room(name: string): ProbeRoom {
    const room = this.#rooms.get(name) ?? new ProbeRoom(() => this.#rooms.delete(name))
    this.#rooms.set(name, room)
    return room
  }

  #forgetSilent(): void {
    const now = this.clock.now()
    for (const session of this.#sessions) session.sweep(now)
    this.unopened.sweep()
  }
}

function roomOf(request: AnyRequest): string {
  return request.workload === 'collect' ? '' : (request.room ?? '')
}
