import { hostOf } from '../core/address.ts'
import type { Clock, Nanos } from '../core/clock.ts'
import { NS_PER_SEC } from '../core/units.ts'
import { ConnectionSampler } from '../drive/connection-sampler.ts'
import { dropsSince, socketDrops, withSocketDrops } from '../drive/host-drops.ts'
import { told } from '../drive/told-connection.ts'
import type { Endpoint, Traits } from '../transport/contract.ts'
import { FrameType, type Token } from '../wire/frame.ts'
import {
  type AnyRequest,
  encodeControl,
  type FarStats,
  fitsControl,
  type HostDrops,
  MOST_COUNTED,
  type OpenRequest,
  type Refusal,
  type StatsRequest,
} from '../wire/session-messages.ts'
import { isShort } from '../wire/short-message.ts'
import { Allowance } from './allowance.ts'
import { answer } from './answer.ts'
import type { Collection } from './collection.ts'
import type { Limits } from './limits.ts'
import { MeteredEndpoint } from './metered-endpoint.ts'
import type { ProbeRoom } from './probe-room.ts'
import { BulkRole, ChatRole, EchoRole, type Role } from './roles.ts'
import { ShortEchoRole } from './short-echo-role.ts'
import { Upload } from './upload.ts'

/** A run begins and ends with questions, and may wait for stragglers: so much longer than the run a session may last. */
const GRACE_NS = 60 * NS_PER_SEC

interface SessionHost {
  readonly clock: Clock
  readonly name: string
  readonly engine: string | undefined
  readonly limits: Limits
  overRateCount: number
  probeCount: number
  readDrops(): HostDrops | null
}

interface SessionTerms {
  readonly server: SessionHost
  readonly endpoint: Endpoint
  readonly traits: Traits
  readonly request: AnyRequest
  /** Of the OPEN that began it: the same one again is answered the same. */
  readonly openNumber: number
  readonly token: Token
  room(): ProbeRoom
  readonly collection: Collection
  onEnd(): void
}

/** What a server keeps of one session. */
export class ServerSession {
  readonly token: Token
  readonly openNumber: number
  readonly accept: Uint8Array
  ended = false
  heardAt: number
  readonly #terms: SessionTerms
  readonly #openedAt: number
  readonly #allowance: Allowance
  readonly #endpoint: Endpoint
  readonly #sampler: ConnectionSampler
  readonly #dropsBefore: HostDrops | null
  #drops: HostDrops | null = null
  readonly #upload: Upload | undefined
  #role: Role | undefined

  constructor(terms: SessionTerms) {
    const { server, endpoint, traits, request, token, openNumber } = terms
    const { maxRatePerSec, maxDurationNs, maxBytes } = server.limits
    this.#terms = terms
    this.token = token
    this.openNumber = openNumber
    this.accept = encodeControl(FrameType.ACCEPT, token, openNumber, {
      server: server.name,
      maxDurationNs,
      maxMessageBytes: traits.maxMessageBytes,
      ...('verify' in request && request.verify ? { verifies: true } : {}),
      ...(server.engine === undefined ? {} : { engine: server.engine }),
    })
    this.heardAt = server.clock.now()
    this.#openedAt = this.heardAt
    this.#dropsBefore = traits.reliable ? null : withSocketDrops(server.readDrops(), socketDrops([endpoint]))
    this.#allowance = new Allowance(maxRatePerSec, maxBytes)
    this.#endpoint =
      maxBytes === Number.POSITIVE_INFINITY
        ? endpoint
        : new MeteredEndpoint(endpoint, (bytes) => this.#moved(bytes))
    this.#sampler = new ConnectionSampler([endpoint])
    this.#upload = this.#newUpload()
    // Metered or limited ones are taken one by one.
    this.#endpoint.onPacked?.(this.#packed)
    endpoint.pin(true)
  }

  /**
   * Made by the first frame with the token: an OPEN that somebody replays costs next to nothing. Undefined where nothing
   * is measured.
   */
  get role(): Role | undefined {
    const { request } = this.#terms
    if (request.workload !== 'collect' && !this.ended) this.#role ??= this.#newRole(request)
    return this.#role
  }

  /** Messages too short for a header are its own, where they are as long as it was opened for. */
  takes(messageBytes: number): boolean {
    const { request } = this.#terms
    return !this.ended && request.workload === 'echo' && request.sizeBytes === messageBytes
  }

  /** A probe of this session arrived. */
  probe(bytes: Uint8Array, at: Nanos, messageBytes: number): void {
    if (this.#allows(at, messageBytes)) this.role?.probe(bytes, at, messageBytes)
  }

  /** Many probes in a packet, where none has to be looked at but to be counted; returns how many bytes it took of them. */
  readonly #packed = (probes: Uint8Array, at: Nanos, messageBytes: number): number => {
    if (this.ended || !(this.#role instanceof BulkRole) || !this.#allowance.isUnlimited) return 0
    const bytes = this.#role.packed(probes, at, messageBytes)
    if (bytes > 0) this.heardAt = at
    this.#terms.server.probeCount += Math.ceil(bytes / messageBytes)
    return bytes
  }

  /** A piece of a document arrived. False: none that was asked for. */
  chunk(bytes: Uint8Array, at: Nanos, messageBytes: number): boolean {
    if (this.#upload === undefined) return false
    return !this.#allows(at, messageBytes) || this.#upload.chunk(bytes)
  }

  #allows(at: Nanos, messageBytes: number): boolean {
    this.heardAt = at
    if (!this.#allowance.takeMessage(at)) {
      this.#terms.server.overRateCount++
      return false
    }
    this.#moved(messageBytes)
    return !this.ended
  }

  /** What it counted, where it measures; the host's drops are read once, for the first final answer. */
  stats(request: StatsRequest): FarStats | undefined {
    const stats = this.role?.stats(request)
    if (stats === undefined) return undefined
    if (request.final && this.#dropsBefore) {
      const now = withSocketDrops(this.#terms.server.readDrops(), socketDrops([this.#terms.endpoint]))
      this.#drops ??= dropsSince(this.#dropsBefore, now)
    }
    const figures = request.final ? this.#sampler.figures(0) : undefined
    const full = this.#drops
      ? { ...stats, drops: capped(this.#drops) }
      : figures && { ...stats, connection: told(figures) }
    return full && fitsControl(full) ? full : stats
  }

  /** Ends it where it was silent, or open, for too long. */
  sweep(now: number): void {
    const { idleNs, maxDurationNs } = this.#terms.server.limits
    if (now - this.heardAt > idleNs) this.end({ code: 'IDLE', reason: 'nothing was heard for too long' })
    else if (now - this.#openedAt > maxDurationNs + GRACE_NS) {
      this.end({ code: 'DURATION', reason: 'the session was open for too long' })
    }
  }

  /** Tells the client that this will end soon: a run may be cut short, and still be accounted for. */
  warn(reason: Refusal): void {
    if (this.#upload !== undefined) return this.end(reason)
    this.#role?.stop()
    answer(this.#endpoint, encodeControl(FrameType.REFUSE, this.token, 0, reason))
  }

  /** Forgets it; with a reason the client is told, and a connection that nobody ended is. */
  end(reason?: Refusal): void {
    if (this.ended) return
    this.ended = true
    const { endpoint, traits, onEnd } = this.#terms
    this.#role?.end()
    this.#sampler.stop()
    // A peer over UDP is known for long after, and with it this session: what it counted is large.
    this.#role = undefined
    this.#upload?.end()
    onEnd()
    endpoint.onPacked?.(undefined)
    endpoint.pin(false)
    if (reason === undefined) return
    answer(endpoint, encodeControl(FrameType.REFUSE, this.token, 0, reason))
    if (traits.connected) void endpoint.close()
  }

  #newUpload(): Upload | undefined {
    const { request, token, collection } = this.#terms
    if (request.workload !== 'collect') return undefined
    const { name, sizeBytes } = request
    const host = hostOf(this.#endpoint.remote)
    return new Upload({
      endpoint: this.#endpoint,
      token,
      sizeBytes,
      keep: (document) => collection.keep(name, document, host),
      onGone: collection.hold(host, sizeBytes),
    })
  }

  #newRole(request: OpenRequest): Role {
    const { server, traits, token, room } = this.#terms
    const { clock } = server
    const endpoint = this.#endpoint
    switch (request.workload) {
      case 'echo':
        return isShort(request.sizeBytes) ? new ShortEchoRole(endpoint, clock) : new EchoRole(endpoint, clock)
      case 'bulk':
        return new BulkRole({ endpoint, clock, token, sampler: this.#sampler }, request, traits.reliable)
      case 'chat':
        return new ChatRole(endpoint, clock, token, room())
    }
  }

  #moved(bytes: number): void {
    if (this.#allowance.takeBytes(bytes) || this.ended) return
    const { maxBytes } = this.#terms.server.limits
    this.end({ code: 'BYTES', reason: `a session may move ${maxBytes} B, and this one has` })
  }
}

function capped({ receive, send, interface: atInterfaces, socket }: HostDrops): HostDrops {
  const cap = (count: number) => Math.min(count, MOST_COUNTED)
  const all = { receive: cap(receive), send: cap(send), interface: cap(atInterfaces) }
  return socket === undefined ? all : { ...all, socket: cap(socket) }
}
