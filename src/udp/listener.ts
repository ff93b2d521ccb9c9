import type { RemoteInfo } from 'node:dgram'
import { type Address, formatHostPort, parseHostPort, resolveHost } from '../core/address.ts'
import { systemError } from '../core/errors.ts'
import { hostClock } from '../core/host-clock.ts'
import { ArrivalTime } from '../datagrams/arrival-time.ts'
import { CLOSE_GRACE_MS } from '../datagrams/datagram-endpoint.ts'
import { Outbox } from '../datagrams/outbox.ts'
import { PeerTable } from '../datagrams/peer-table.ts'
import type { Endpoint, Listener, ListenOptions } from '../transport/contract.ts'
import { PeerEndpoint, type SharedSocket } from './peer-endpoint.ts'
import { bindSocket, type UdpSocket } from './socket.ts'

const MAX_ENDPOINTS = 4096

/**
 * Listens. One socket with one pair of buffers serves everybody: nobody connects, so an endpoint begins with the first
 * datagram from an address not seen before, and ends when it is forgotten.
 */
export async function listen(
  at: Address,
  options: ListenOptions,
  serve: (endpoint: Endpoint) => void,
): Promise<Listener> {
  const { host, port } = parseHostPort(at)
  const [first] = await resolveHost(host, 0, 'udp')
  return bindSocket(first ?? { host, family: 4 }, port, options.socket).then(
    (socket) => new DatagramListener(socket, options, serve),
    (error: unknown) => {
      throw systemError(error, `udp: cannot bind ${at}`)
    },
  )
}

class DatagramListener implements Listener, SharedSocket {
  readonly address: Address
  readonly local: Address
  readonly #socket: UdpSocket
  readonly outboxes: readonly [Outbox]
  droppedCount = 0
  readonly #arrivalTime: ArrivalTime
  readonly #maxEndpoints: number
  readonly #peers: PeerTable<PeerEndpoint>
  readonly #options: ListenOptions
  readonly #serve: (endpoint: Endpoint) => void
  #closed: Promise<void> | undefined

  constructor(socket: UdpSocket, options: ListenOptions, serve: (endpoint: Endpoint) => void) {
    const bound = socket.address()
    this.address = formatHostPort(bound.address, bound.port)
    this.local = this.address
    this.#socket = socket
    this.outboxes = [new Outbox(socket)]
    this.#arrivalTime = new ArrivalTime(options.clock ?? hostClock)
    this.#maxEndpoints = options.maxEndpoints ?? MAX_ENDPOINTS
    this.#peers = new PeerTable(this.#maxEndpoints)
    this.#options = options
    this.#serve = serve
    socket.on('message', this.#arrived)
    socket.onPacked?.(this.#arrivedPacked)
    // One peer's refusal (Windows reports it here) is no reason to stop hearing the others.
    socket.on('error', () => undefined)
  }

  forget(peer: PeerEndpoint): void {
    this.#peers.delete(peer)
  }

  pin(peer: PeerEndpoint, pinned: boolean): void {
    if (pinned) this.#peers.pin(peer)
    else this.#peers.unpin(peer)?.evict(this.#maxEndpoints)
  }

  dropCount(): number | undefined {
    return this.#socket.dropCount?.()
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  readonly #arrived = (datagram: Uint8Array, from: RemoteInfo, call?: number): void => {
    const receivedAt = this.#arrivalTime.of(call)
    const peer = this.#peers.hear(from.address, from.port) ?? this.#admit(from)
    if (!peer?.arrived(datagram, receivedAt)) this.droppedCount++
  }

  readonly #arrivedPacked = (
    bytes: Uint8Array,
    from: RemoteInfo,
    messageBytes: number,
    call: number,
  ): number => {
    const peer = this.#peers.hear(from.address, from.port)
    return peer?.arrivedPacked(bytes, this.#arrivalTime.of(call), messageBytes) ?? 0
  }

  #admit(from: RemoteInfo): PeerEndpoint | undefined {
    // Nobody can be answered at port 0, and only a forger sends from it.
    if (from.port === 0 || this.#closed !== undefined) return undefined
    const peer = new PeerEndpoint(this, from.address, from.port, this.#options)
    this.#peers.add(peer)?.evict(this.#maxEndpoints)
    this.#serve(peer)
    return peer
  }

  async #close(): Promise<void> {
    await Promise.all(this.#peers.values().map((each) => each.close()))
    await this.outboxes[0].flushed(CLOSE_GRACE_MS)
    this.outboxes[0].discard()
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()))
  }
}
