import { type Address, formatHostPort } from '../core/address.ts'
import { NetcmpError } from '../core/errors.ts'
import { DatagramEndpoint } from '../datagrams/datagram-endpoint.ts'
import type { Outbox } from '../datagrams/outbox.ts'
import type { TablePeer } from '../datagrams/peer-table.ts'
import type { EndpointOptions } from '../transport/contract.ts'
import { carrier } from './carrier.ts'

/** The socket of a listener, which all its peers share. */
export interface SharedSocket {
  readonly outboxes: readonly [Outbox]
  readonly local: Address
  forget(peer: PeerEndpoint): void
  pin(peer: PeerEndpoint, pinned: boolean): void
  dropCount(): number | undefined
}

/** A listener's end of a conversation: no socket of its own, only a name that datagrams come from. */
export class PeerEndpoint extends DatagramEndpoint implements TablePeer {
  readonly local: Address
  readonly remote: Address
  readonly address: string
  readonly port: number
  heard = false
  slot = -1
  protected readonly outboxes: readonly [Outbox]
  readonly #shared: SharedSocket

  constructor(shared: SharedSocket, address: string, port: number, options: EndpointOptions) {
    super(carrier, options)
    this.local = shared.local
    this.remote = formatHostPort(address, port)
    this.address = address
    this.port = port
    this.outboxes = shared.outboxes
    this.#shared = shared
  }

  /** Somebody else needed the place. */
  evict(maxEndpoints: number): void {
    this.finish(
      new NetcmpError('CLOSED', `udp: ${this.remote} was forgotten: more than ${maxEndpoints} peers at once`),
    )
  }

  override pin(pinned: boolean): void {
    this.#shared.pin(this, pinned)
  }

  dropCount(): number | undefined {
    return this.#shared.dropCount()
  }

  protected transmit(message: Uint8Array): boolean {
    return this.outboxes[0].send(message, this.lines, this.#outcome, this.port, this.address)
  }

  protected override transmitCopies(
    message: Uint8Array,
    next: (copy: Uint8Array) => void,
  ): boolean | undefined {
    return this.outboxes[0].sendCopies(message, next, this.#outcome, this.port, this.address)
  }

  /** There is nothing to close: the peer is not told, and its next datagram starts anew. */
  protected leave(): Promise<void> {
    this.#shared.forget(this)
    return Promise.resolve()
  }

  readonly #outcome = (error: Error | null): void => {
    const reason = error ? this.reasonOf(error) : undefined
    if (reason === undefined) return
    this.#shared.forget(this)
    this.finish(reason)
  }
}
