import { unlink } from 'node:fs/promises'
import type { Address } from '../core/address.ts'
import type { Clock } from '../core/clock.ts'
import { hostClock } from '../core/host-clock.ts'
import { bindToPath } from '../core/socket-file.ts'
import { checkPath } from '../core/socket-path.ts'
import { PeerTable } from '../datagrams/peer-table.ts'
import type { Loop } from '../native/loop.ts'
import { NativeMessageSocket } from '../native/message-socket.ts'
import { loopFor } from '../native/shared-loop.ts'
import { isUnixSocketDead, openUnixSocket, unixName, unixText } from '../native/unix-socket.ts'
import type { Endpoint, Listener, ListenOptions } from '../transport/contract.ts'
import { carrier } from './carrier.ts'
import { Lane, Retries } from './lane.ts'
import { PeerEndpoint, type SharedSocket } from './peer-endpoint.ts'

const MAX_ENDPOINTS = 4096

/** How long everybody may wait for one peer that is not read, and for how long such a peer is not heard then. */
const PATIENCE_MS = 1000
const UNHEARD_MS = 10_000

/**
 * Listens at a path. One socket with one queue serves everybody: an endpoint begins with the first datagram of a name not
 * seen before, and ends when it is forgotten or its peer is found to be gone.
 */
export async function listen(
  at: Address,
  options: ListenOptions,
  serve: (endpoint: Endpoint) => void,
): Promise<Listener> {
  checkPath(carrier.who, at)
  const loop = await loopFor(options.socket)
  const bind = async () => openUnixSocket(loop.libc, { at: unixName(at) }).fd
  const isDead = async (path: Address) => isUnixSocketDead(loop.libc, path)
  const fd = await bindToPath(carrier.who, at, bind, isDead)
  return new UnixgramListener(loop, fd, at, options, serve)
}

class UnixgramListener implements Listener, SharedSocket {
  readonly address: Address
  readonly local: Address
  readonly #loop: Loop
  readonly #socket: NativeMessageSocket
  readonly #retries: Retries
  readonly #clock: Clock
  readonly #maxEndpoints: number
  readonly #peers: PeerTable<PeerEndpoint>
  readonly #options: ListenOptions
  readonly #serve: (endpoint: Endpoint) => void
  /** Those that hold so much that nobody is read. */
  readonly #full = new Map<PeerEndpoint, NodeJS.Timeout>()
  #lastName = new Uint8Array(0)
  #lastAddress = ''
  #droppedCount = 0
  #closed: Promise<void> | undefined

  constructor(
    loop: Loop,
    fd: number,
    at: Address,
    options: ListenOptions,
    serve: (endpoint: Endpoint) => void,
  ) {
    this.address = at
    this.local = at
    this.#loop = loop
    this.#socket = new NativeMessageSocket(loop, fd)
    this.#retries = new Retries(options.clock ?? hostClock)
    this.#clock = options.clock ?? hostClock
    this.#maxEndpoints = options.maxEndpoints ?? MAX_ENDPOINTS
    this.#peers = new PeerTable(this.#maxEndpoints)
    this.#options = options
    this.#serve = serve
    this.#socket.on('message', this.#arrived)
  }

  get droppedCount(): number {
    return this.#droppedCount + this.#socket.droppedCount
  }

  laneTo(name: Uint8Array, failed: (error: Error | null) => void): Lane {
    return new Lane(this.#socket, name, this.#retries, this.#openTo, failed)
  }

  /** Not for a peer that is connected to our socket, nor where there are too many. */
  readonly #openTo = (name: Uint8Array): NativeMessageSocket | undefined => {
    try {
      return new NativeMessageSocket(this.#loop, openUnixSocket(this.#loop.libc, { to: name }).fd)
    } catch {
      return undefined
    }
  }

  forget(peer: PeerEndpoint): void {
    this.#peers.delete(peer)
  }

  pin(peer: PeerEndpoint, pinned: boolean): void {
    if (pinned) this.#peers.pin(peer)
    else this.#evict(this.#peers.unpin(peer))
  }

  holdBack(peer: PeerEndpoint, held: boolean): void {
    clearTimeout(this.#full.get(peer))
    if (held)
      this.#full.set(
        peer,
        setTimeout(() => this.#letGo(peer), PATIENCE_MS),
      )
    else this.#full.delete(peer)
    this.#socket.hold(this.#full.size > 0)
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  readonly #arrived = (datagram: Uint8Array, from: Uint8Array): void => {
    const receivedAt = this.#clock.now()
    const address = this.#addressOf(from)
    const peer = this.#peers.hear(address, 0) ?? this.#admit(address, from)
    if (!peer?.arrived(datagram, receivedAt)) this.#droppedCount++
  }

  /** Nearly always the one before. */
  #addressOf(name: Uint8Array): Address {
    const last = this.#lastName
    let isSame = last.length === name.length
    for (let n = 0; n < last.length && isSame; n++) isSame = last[n] === name[n]
    if (isSame) return this.#lastAddress
    this.#lastName = new Uint8Array(name)
    this.#lastAddress = unixText(name)
    return this.#lastAddress
  }

  #admit(address: Address, name: Uint8Array): PeerEndpoint | undefined {
    // A socket without a name cannot be answered.
    if (address === '' || this.#closed !== undefined) return undefined
    const peer = new PeerEndpoint(this, address, name, this.#options)
    this.#evict(this.#peers.add(peer))
    this.#serve(peer)
    return peer
  }

  #evict(peer: PeerEndpoint | undefined): void {
    peer?.letGo(`more than ${this.#maxEndpoints} peers at once`)
  }

  /** What is not read waits in a queue that is everybody's: those behind it have waited long enough. */
  #letGo(peer: PeerEndpoint): void {
    peer.letGo(`it was not read for ${PATIENCE_MS} ms, and others wait behind it`)
    // Until then it is known, and what it sends is dropped: else it would have everybody wait again, at once.
    setTimeout(() => this.forget(peer), UNHEARD_MS).unref()
  }

  async #close(): Promise<void> {
    await Promise.all(this.#peers.values().map((each) => each.close()))
    // While it is ours: as soon as the socket is closed the path is free for another.
    await unlink(this.address).catch(() => {})
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()))
  }
}
