import { abortable, aborted } from '../../src/core/abort.ts'
import { NetcmpError } from '../../src/core/errors.ts'
import { hostClock } from '../../src/core/host-clock.ts'
import type {
  DialOptions,
  Endpoint,
  EndpointOptions,
  Listener,
  ListenOptions,
  MessageHandler,
  PlainProtocol,
  Transport,
} from '../../src/transport/contract.ts'

const MAX_MESSAGE_BYTES = 65_536
const LINK_BYTES = 262_144

const listeners = new Map<string, MemoryListener>()
let names = 0

/** What is under way in one direction, as a kernel would keep it: so many bytes, and then the sender waits. */
class Link {
  readonly queue: Uint8Array[] = []
  bytes = 0
  ended = false
  onMore: () => void = () => undefined
  onLess: () => void = () => undefined

  put(message: Uint8Array): void {
    this.queue.push(Buffer.from(message))
    this.bytes += message.length
    this.onMore()
  }

  take(): Uint8Array | undefined {
    const message = this.queue.shift()
    this.bytes -= message?.length ?? 0
    return message
  }
}

/**
 * In memory, and hostile to handlers: a message's memory is scribbled over as soon as its handler returns, and it is a
 * Buffer, whose `slice` copies nothing.
 */
class MemoryEndpoint implements Endpoint {
  readonly local: string
  readonly remote: string
  readonly #out: Link
  readonly #in: Link
  readonly #options: EndpointOptions
  readonly #onGone: () => void
  #handler: MessageHandler | undefined
  #onClose: ((reason?: NetcmpError) => void) | undefined
  #waiters: { resolve(): void; reject(error: Error): void }[] = []
  #keepBytes = Number.POSITIVE_INFINITY
  #paused = false
  #scheduled = false
  #over = false
  #closed: Promise<void> | undefined

  constructor(ends: [string, string], links: [Link, Link], options: EndpointOptions, onGone: () => void) {
    this.local = ends[0]
    this.remote = ends[1]
    this.#out = links[0]
    this.#in = links[1]
    this.#options = options
    this.#onGone = onGone
    this.#in.onMore = () => this.#schedule()
    this.#out.onLess = () => this.#settle()
  }

  get queuedBytes(): number {
    return Math.max(0, this.#out.bytes - LINK_BYTES)
  }

  onMessage(handler: MessageHandler): void {
    this.#handler = handler
    this.#schedule()
  }

  onClose(handler: (reason?: NetcmpError) => void): void {
    if (this.#over) queueMicrotask(() => handler())
    else this.#onClose = handler
  }

  send(message: Uint8Array): boolean {
    if (message.length > MAX_MESSAGE_BYTES) {
      throw new NetcmpError('MESSAGE_TOO_LARGE', `memory: ${message.length} bytes are too many`)
    }
    if (this.#over || this.#out.ended) throw this.#closedError()
    this.#out.put(message)
    return this.queuedBytes === 0
  }

  drained(signal?: AbortSignal): Promise<void> {
    return abortable(
      signal,
      (resolve, reject) => {
        if (this.#over) return reject(this.#closedError())
        this.#waiters.push({ resolve, reject })
        this.#settle()
      },
      () => undefined,
    )
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#schedule()
  }

  pin(): void {}

  keepFirst(bytes: number): void {
    this.#keepBytes = bytes
  }

  end(): void {
    this.#out.ended = true
    this.#out.onMore()
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.end()
      this.#in.queue.length = 0
      setImmediate(() => {
        this.#finish()
        resolve()
      })
    })
    return this.#closed
  }

  #schedule(): void {
    if (this.#scheduled || this.#over) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#deliver()
    })
  }

  #deliver(): void {
    const at = (this.#options.clock ?? hostClock).now()
    while (this.#handler && !this.#paused && !this.#closed) {
      const message = this.#in.take()
      if (message === undefined) break
      const shown = this.#options.framing === 'lines' ? withoutNewline(message) : message
      this.#handler(shown.subarray(0, Math.min(shown.length, this.#keepBytes)), at, shown.length)
      message.fill(0xdb)
      this.#in.onLess()
    }
    if (this.#handler && !this.#paused && this.#in.ended && this.#in.queue.length === 0) this.#finish()
  }

  #settle(): void {
    if (this.queuedBytes > 0) return
    for (const waiter of this.#waiters.splice(0)) waiter.resolve()
  }

  #finish(): void {
    if (this.#over) return
    this.#over = true
    this.end()
    this.#onGone()
    for (const waiter of this.#waiters.splice(0)) waiter.reject(this.#closedError())
    this.#onClose?.()
  }

  #closedError(): NetcmpError {
    return new NetcmpError('CLOSED', `memory: ${this.remote} is closed`)
  }
}

class MemoryListener implements Listener {
  readonly address: string
  readonly droppedCount = 0
  readonly #options: ListenOptions
  readonly #serve: (endpoint: Endpoint) => void
  readonly #endpoints = new Set<Endpoint>()

  constructor(address: string, options: ListenOptions, serve: (endpoint: Endpoint) => void) {
    this.address = address
    this.#options = options
    this.#serve = serve
  }

  accept(from: string, links: [Link, Link]): void {
    const endpoint: Endpoint = new MemoryEndpoint([this.address, from], links, this.#options, () =>
      this.#endpoints.delete(endpoint),
    )
    this.#endpoints.add(endpoint)
    this.#serve(endpoint)
  }

  async close(): Promise<void> {
    if (listeners.get(this.address) === this) listeners.delete(this.address)
    await Promise.all([...this.#endpoints].map((each) => each.close()))
  }
}

async function dial(to: string, options: DialOptions, signal?: AbortSignal): Promise<Endpoint> {
  await Promise.resolve()
  if (signal?.aborted) throw aborted(signal)
  const listener = listeners.get(to)
  if (!listener) throw new NetcmpError('REFUSED', `memory: cannot connect to ${to}: nobody listens there`)
  const there = new Link()
  const back = new Link()
  const from = `memory-${++names}`
  const endpoint = new MemoryEndpoint([from, to], [there, back], options, () => undefined)
  listener.accept(from, [back, there])
  return endpoint
}

async function listen(
  at: string,
  options: ListenOptions,
  serve: (endpoint: Endpoint) => void,
): Promise<Listener> {
  if (listeners.has(at)) throw new NetcmpError('ADDRESS_IN_USE', `memory: cannot bind ${at}: address in use`)
  const listener = new MemoryListener(at, options, serve)
  listeners.set(at, listener)
  return listener
}

function withoutNewline(message: Uint8Array): Uint8Array {
  return message.at(-1) === 0x0a ? message.subarray(0, -1) : message
}

const plain: PlainProtocol = {
  dial,
  listen: (at, options, serve) => listen(at, options, serve),
}

export const memory: Transport = {
  name: 'memory',
  traits: {
    boundaries: 'native',
    connected: true,
    answeredBy: 'server',
    reliable: true,
    ordered: true,
    handshakeRtts: 0,
    maxMessageBytes: MAX_MESSAGE_BYTES,
  },
  ephemeral: () => `memory-${++names}`,
  at: () => undefined,
  unavailable: () => undefined,
  dial,
  listen,
  echo: plain,
  chat: plain,
}
