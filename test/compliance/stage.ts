import type {
  Endpoint,
  EndpointOptions,
  Listener,
  ListenOptions,
  Transport,
} from '../../src/transport/contract.ts'

/** One promise of the contract. `run` rejects where it is broken, and resolves with a reason where it does not apply. */
export interface Check {
  readonly name: string
  run(transport: Transport): Promise<string | undefined>
}

export type Serve = (endpoint: Endpoint) => void

/** A reason why a check does not apply to a transport. */
type Exemption = (transport: Transport) => string | undefined

export const unlessUnreliable: Exemption = ({ traits }) =>
  traits.reliable ? undefined : 'it promises no delivery'

export const unlessReliable: Exemption = ({ traits }) => (traits.reliable ? 'it loses nothing' : undefined)

export const unlessUnordered: Exemption = ({ traits }) =>
  traits.ordered ? undefined : 'it promises no order'

export const unlessUnconnected: Exemption = ({ traits }) =>
  traits.connected ? undefined : 'it has no connection to end'

export const unlessHostAnswers: Exemption = ({ traits }) =>
  traits.answeredBy === 'server' ? undefined : 'the far host answers, and nobody listens'

export const unlessServerAnswers: Exemption = ({ traits }) =>
  traits.answeredBy === 'host' ? undefined : 'only who listens answers'

export const unlessHostless: Exemption = (transport) =>
  transport.at('host', 1) === undefined ? 'it knows no hosts' : undefined

export function check(
  name: string,
  body: (stage: Stage, transport: Transport) => Promise<void>,
  ...exemptions: readonly Exemption[]
): Check {
  return {
    name,
    run: async (transport) => {
      for (const exempt of exemptions) {
        const reason = exempt(transport)
        if (reason !== undefined) return reason
      }
      const stage = new Stage(transport)
      try {
        await body(stage, transport)
      } finally {
        await stage.close()
      }
      return undefined
    },
  }
}

/** Opens listeners and endpoints of the transport under test, and closes them whatever happens. */
export class Stage {
  readonly #transport: Transport
  readonly #opened: { close(): Promise<void> }[] = []

  constructor(transport: Transport) {
    this.#transport = transport
  }

  async listen(serve: Serve, options: ListenOptions = {}): Promise<Listener> {
    return this.keep(await this.#transport.listen(this.#transport.ephemeral(), options, serve))
  }

  async dial(listener: Listener, options: EndpointOptions = {}): Promise<Endpoint> {
    return this.keep(await this.#transport.dial(listener.address, options))
  }

  /** An endpoint whose far side answers each message with the same. */
  async dialEcho(): Promise<Endpoint> {
    return this.dial(await this.listen(echo))
  }

  /** An endpoint whose far side only listens; `far` waits for it. */
  async dialInbox(): Promise<{ endpoint: Endpoint; far: () => Promise<Inbox> }> {
    let accepted: (inbox: Inbox) => void = () => undefined
    const far = new Promise<Inbox>((resolve) => {
      accepted = resolve
    })
    const endpoint = await this.dial(await this.listen((each) => accepted(new Inbox(each))))
    return { endpoint, far: () => within(far, 'the far side') }
  }

  keep<T extends { close(): Promise<void> }>(opened: T): T {
    this.#opened.push(opened)
    return opened
  }

  async close(): Promise<void> {
    for (const each of this.#opened.reverse()) await within(each.close(), 'close()')
  }
}

/** Sends back what arrives, and reads no faster than it can send. */
export function echo(endpoint: Endpoint): void {
  endpoint.onMessage((message) => {
    if (endpoint.send(message)) return
    endpoint.pause()
    endpoint.drained().then(
      () => endpoint.resume(),
      () => undefined,
    )
  })
}

/** Sends all, and waits whenever it is asked to. */
export async function sendAll(endpoint: Endpoint, messages: Iterable<Uint8Array>): Promise<void> {
  for (const message of messages) {
    if (!endpoint.send(message)) await within(endpoint.drained(), 'drained()')
  }
}

/** Copies of what an endpoint hands over. */
export class Inbox {
  readonly messages: Uint8Array[] = []
  #wanted = Number.POSITIVE_INFINITY
  #wake: () => void = () => undefined

  constructor(endpoint: Endpoint) {
    endpoint.onMessage((bytes) => {
      this.messages.push(new Uint8Array(bytes))
      if (this.messages.length >= this.#wanted) this.#wake()
    })
  }

  /** Waits until there are `count` messages. */
  async atLeast(count: number): Promise<Uint8Array[]> {
    if (this.messages.length < count) {
      this.#wanted = count
      const come = new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      await within(come, () => `message ${this.messages.length + 1} of ${count}`)
      this.#wanted = Number.POSITIVE_INFINITY
    }
    return this.messages
  }
}

/** Bytes that no other message of the test has. */
export function patterned(bytes: number, seed: number): Uint8Array {
  const message = new Uint8Array(bytes)
  let state = (seed * 2_654_435_761 + bytes) >>> 0
  for (let at = 0; at < bytes; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    message[at] = state >>> 24
  }
  return message
}

export function numbered(number: number, bytes = 4): Uint8Array {
  const message = new Uint8Array(bytes)
  new DataView(message.buffer).setUint32(0, number)
  return message
}

export const numberOf = (message: Uint8Array): number =>
  new DataView(message.buffer, message.byteOffset, message.byteLength).getUint32(0)

/** How long a hang may last before it is a failure. */
export const patience = { ms: 10_000 }

/** A hang is a failure with a name. */
export async function within<T>(work: Promise<T>, what: string | (() => string)): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain for ${worded(what)}`)), patience.ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Lets the event loop turn until something holds. */
export async function until(holds: () => boolean, what: string | (() => string)): Promise<void> {
  const deadline = performance.now() + patience.ms
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${worded(what)}`)
    await turn()
  }
}

const worded = (what: string | (() => string)): string => (typeof what === 'string' ? what : what())

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
