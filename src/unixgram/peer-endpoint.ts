import type { Address } from '../core/address.ts'
import { NetcmpError, systemError } from '../core/errors.ts'
import { CLOSE_GRACE_MS, DatagramEndpoint } from '../datagrams/datagram-endpoint.ts'
import { Outbox } from '../datagrams/outbox.ts'
import type { TablePeer } from '../datagrams/peer-table.ts'
import type { EndpointOptions } from '../transport/contract.ts'
import { carrier } from './carrier.ts'
import type { Lane } from './lane.ts'

/** The socket of a listener, which all its peers share. */
export interface SharedSocket {
  readonly local: Address
  /** Where to the peer of that name messages leave. */
  laneTo(name: Uint8Array, failed: (error: Error | null) => void): Lane
  forget(peer: PeerEndpoint): void
  pin(peer: PeerEndpoint, pinned: boolean): void
  /** Reads no more, for everybody, until every such peer has room again. */
  holdBack(peer: PeerEndpoint, held: boolean): void
}

/** A listener's end of a conversation: no socket of its own, only a name that datagrams come from. */
export class PeerEndpoint extends DatagramEndpoint implements TablePeer {
  readonly local: Address
  readonly remote: Address
  readonly address: string
  readonly port = 0
  heard = false
  slot = -1
  protected readonly outboxes: readonly [Outbox]
  readonly #lane: Lane
  readonly #shared: SharedSocket

  constructor(shared: SharedSocket, address: string, name: Uint8Array, options: EndpointOptions) {
    super(carrier, options)
    this.local = shared.local
    this.remote = address
    this.address = address
    this.#lane = shared.laneTo(name, this.#failed)
    this.outboxes = [new Outbox(this.#lane)]
    this.#shared = shared
  }

  /** The conversation ends from this side, and the peer is not told. */
  letGo(why: string): void {
    this.#lane.discard()
    this.finish(new NetcmpError('CLOSED', `unixgram: ${this.remote} was let go: ${why}`))
  }

  override pin(pinned: boolean): void {
    this.#shared.pin(this, pinned)
  }

  protected transmit(message: Uint8Array): boolean {
    return this.outboxes[0].send(message, this.lines, this.#failed)
  }

  /** The peer is not told, and its next datagram starts anew. */
  protected async leave(): Promise<void> {
    await this.outboxes[0].flushed(CLOSE_GRACE_MS)
    this.#lane.discard()
    this.#shared.forget(this)
  }

  protected override holdBack(held: boolean): boolean {
    this.#shared.holdBack(this, held)
    return true
  }

  readonly #failed = (error: Error | null): void => {
    if (error === null) return
    this.#lane.discard()
    this.#shared.forget(this)
    this.finish(systemError(error, `unixgram: ${this.remote}`))
  }
}
