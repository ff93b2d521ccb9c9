import type { Nanos } from '../core/clock.ts'
import { SEAL_BYTES } from '../drive/sealed-endpoint.ts'
import type { Endpoint, Traits } from '../transport/contract.ts'
import {
  addFlag,
  Flag,
  FrameType,
  frameType,
  HEADER_BYTES,
  hasFlag,
  hasToken,
  NO_TOKEN,
  readToken,
  writeHeader,
} from '../wire/frame.ts'
import {
  type AnyRequest,
  anyRequest,
  CONTROL_BYTES,
  decodeControl,
  encodeControl,
  type Refusal,
  requestNumber,
  statsRequest,
} from '../wire/session-messages.ts'
import { isShort } from '../wire/short-message.ts'
import { answer } from './answer.ts'
import type { Cookies } from './cookies.ts'
import type { Crowd } from './crowd.ts'
import type { ServerSession } from './server-session.ts'

/** What all peers of a server share. */
export interface SessionOpener {
  probeCount: number
  droppedCount: number
  readonly cookies: Cookies
  readonly unopened: Crowd
  open(endpoint: Endpoint, traits: Traits, request: AnyRequest, openNumber: number): ServerSession | Refusal
}

/** What the server knows of one endpoint: at most one session. */
export class Peer {
  readonly #server: SessionOpener
  readonly #endpoint: Endpoint
  readonly #traits: Traits
  /** A connection shows whose address it is; a datagram may come from anywhere. */
  readonly #isConnection: boolean
  #session: ServerSession | undefined

  constructor(server: SessionOpener, endpoint: Endpoint, traits: Traits) {
    this.#server = server
    this.#endpoint = endpoint
    this.#traits = traits
    this.#isConnection = traits.connected
    if (this.#isConnection) server.unopened.hear(endpoint)
    endpoint.onMessage((bytes, at, messageBytes) => this.#receive(bytes, at, messageBytes))
    endpoint.onClose(() => {
      server.unopened.leave(endpoint)
      this.#session?.end()
    })
  }

  /** Something without the right seal came, where every message needs one. */
  unsealed(below: Endpoint, bytes: Uint8Array, messageBytes: number): void {
    const type = frameType(bytes)
    if (type === FrameType.OPEN && !hasFlag(bytes, Flag.REPLY) && messageBytes >= CONTROL_BYTES) {
      this.#refuse(below, requestNumber(bytes), {
        code: 'KEY',
        reason: 'it wants a key, and yours is another or none (--key FILE)',
      })
    } else this.#drop(type)
  }

  #receive(bytes: Uint8Array, at: Nanos, messageBytes: number): void {
    const type = frameType(bytes)
    const session = this.#session
    if (isShort(messageBytes) && session?.takes(messageBytes)) {
      this.#server.probeCount++
      return session.probe(bytes, at, messageBytes)
    }
    // What a server sent is never answered: two servers must not keep each other busy.
    if (type === 0 || hasFlag(bytes, Flag.REPLY)) return this.#drop(type)
    if (type === FrameType.UPLOAD) return this.#chunk(bytes, at, messageBytes)
    if (type !== FrameType.PROBE) return this.#control(type, bytes, at, messageBytes)
    if (session !== undefined && !session.ended && hasToken(bytes, session.token)) {
      this.#server.probeCount++
      session.probe(bytes, at, messageBytes)
    } else if (hasToken(bytes, NO_TOKEN)) {
      this.#server.probeCount++
      addFlag(bytes, Flag.REPLY)
      answer(this.#endpoint, bytes)
    } else this.#unknown(type, bytes)
  }

  /** A piece of a document: as long as a request at least, so that here, too, no answer is longer. */
  #chunk(bytes: Uint8Array, at: Nanos, messageBytes: number): void {
    const session = this.#session
    if (messageBytes < CONTROL_BYTES) return this.#drop(FrameType.UPLOAD)
    if (session === undefined || session.ended || !hasToken(bytes, session.token)) {
      return this.#unknown(FrameType.UPLOAD, bytes)
    }
    if (!session.chunk(bytes, at, messageBytes)) this.#drop(FrameType.UPLOAD)
  }

  /** Requests are padded to one length: no answer is longer. */
  #control(type: number, bytes: Uint8Array, at: Nanos, messageBytes: number): void {
    if (type === FrameType.OPEN && messageBytes === CONTROL_BYTES + SEAL_BYTES) {
      const reason = 'it has no key, so that yours cannot be checked (leave out --key)'
      return this.#refuse(this.#endpoint, requestNumber(bytes), { code: 'KEY', reason })
    }
    if (messageBytes !== CONTROL_BYTES) return this.#drop(type)
    const session = this.#session
    if (type === FrameType.OPEN && hasToken(bytes, NO_TOKEN)) return this.#open(bytes)
    if (session !== undefined && !session.ended && hasToken(bytes, session.token)) {
      session.heardAt = at
      if (type === FrameType.STATS_REQUEST) return this.#answerStats(session, bytes)
      if (type === FrameType.CLOSE) session.end()
    }
    if (type === FrameType.CLOSE) this.#answerClose(bytes)
    else this.#unknown(type, bytes)
  }

  #open(bytes: Uint8Array): void {
    const number = requestNumber(bytes)
    if (this.#session?.openNumber === number && !this.#session.ended)
      return answer(this.#endpoint, this.#session.accept)
    const request = decodeControl(anyRequest, bytes)
    if (request === undefined) return this.#drop(FrameType.OPEN)
    const { remote } = this.#endpoint
    const { cookies } = this.#server
    if (!this.#isConnection && !cookies.accepts(request.cookie ?? '', remote)) {
      const retry = { cookie: cookies.bake(remote) }
      return answer(this.#endpoint, encodeControl(FrameType.RETRY, NO_TOKEN, number, retry))
    }
    this.#session?.end()
    this.#session = undefined
    const opened = this.#server.open(this.#endpoint, this.#traits, request, number)
    if ('accept' in opened) {
      this.#session = opened
      this.#server.unopened.leave(this.#endpoint)
      answer(this.#endpoint, opened.accept)
    } else this.#refuse(this.#endpoint, number, opened)
  }

  #refuse(endpoint: Endpoint, number: number, refusal: Refusal): void {
    answer(endpoint, encodeControl(FrameType.REFUSE, NO_TOKEN, number, refusal))
  }

  #answerStats(session: ServerSession, bytes: Uint8Array): void {
    const request = decodeControl(statsRequest, bytes)
    const stats = request && session.stats(request)
    if (stats === undefined) return this.#drop(FrameType.STATS_REQUEST)
    answer(this.#endpoint, encodeControl(FrameType.STATS, session.token, requestNumber(bytes), stats))
  }

  /** Also for a session that is forgotten already: the first answer may have been lost. */
  #answerClose(bytes: Uint8Array): void {
    const type = FrameType.CLOSE | Flag.REPLY
    answer(this.#endpoint, encodeControl(type, readToken(bytes), requestNumber(bytes), {}))
  }

  /** A session that this server never had, or has forgotten: the client is told, in no more bytes than a header. */
  #unknown(type: number, bytes: Uint8Array): void {
    this.#drop(type)
    if (type !== FrameType.PROBE && type !== FrameType.STATS_REQUEST && type !== FrameType.UPLOAD) return
    const header = new Uint8Array(HEADER_BYTES)
    writeHeader(header, FrameType.REFUSE | Flag.REPLY, 0, readToken(bytes), 0)
    answer(this.#endpoint, header)
  }

  /** Over a stream, what is not of our making cannot be told from what follows: the connection ends. */
  #drop(type: number): void {
    this.#server.droppedCount++
    if (type === 0 && this.#traits.boundaries === 'framed') void this.#endpoint.close()
  }
}
