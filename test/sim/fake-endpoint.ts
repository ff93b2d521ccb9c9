import type { Clock } from '../../src/core/clock.ts'
import { NetcmpError } from '../../src/core/errors.ts'
import type { Endpoint, MessageHandler } from '../../src/transport/contract.ts'

/** How many times the n-th message of one direction arrives: 0 is a loss, 2 a duplicate. */
export type Copies = (n: number) => number

/** One end of a pair that delivers at once, in the same call, as often as its `copies` say. */
export class FakeEndpoint implements Endpoint {
  readonly local: string
  readonly remote: string
  readonly sent: Uint8Array[] = []
  queuedBytes = 0
  peer: FakeEndpoint | undefined
  closed = false
  paused = false
  readonly #clock: Clock
  readonly #copies: Copies
  #onMessage: MessageHandler | undefined
  #onClose: ((reason?: NetcmpError) => void) | undefined

  constructor(name: string, remote: string, clock: Clock, copies: Copies = () => 1) {
    this.local = name
    this.remote = remote
    this.#clock = clock
    this.#copies = copies
  }

  onMessage(handler: MessageHandler): void {
    this.#onMessage = handler
  }

  onClose(handler: (reason?: NetcmpError) => void): void {
    this.#onClose = handler
  }

  send(message: Uint8Array): boolean {
    if (this.closed) throw new NetcmpError('CLOSED', `${this.local}: closed`)
    const copies = this.#copies(this.sent.push(message.slice()) - 1)
    for (let i = 0; i < copies; i++) this.peer?.arrive(message.slice())
    return true
  }

  /** Something arrives here. */
  arrive(message: Uint8Array): void {
    if (!this.closed) this.#onMessage?.(message, this.#clock.now(), message.length)
  }

  /** The conversation breaks. */
  break(reason?: NetcmpError): void {
    this.closed = true
    this.#onClose?.(reason)
  }

  async drained(): Promise<void> {}

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
  }

  keepFirst(): void {}

  pin(): void {}

  end(): void {}

  async close(): Promise<void> {
    if (!this.closed) this.break()
  }
}

/** A client's and a server's end, joined. */
export function endpointPair(
  clock: Clock,
  up?: Copies,
  down?: Copies,
): { client: FakeEndpoint; server: FakeEndpoint } {
  const client = new FakeEndpoint('client:1', 'server:1', clock, up)
  const server = new FakeEndpoint('server:1', 'client:1', clock, down)
  client.peer = server
  server.peer = client
  return { client, server }
}
