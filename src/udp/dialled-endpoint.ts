import { type Address, formatHostPort } from '../core/address.ts'
import { hostClock } from '../core/host-clock.ts'
import type { EndpointOptions, KernelTimes } from '../transport/contract.ts'
import { ArrivalTime } from './arrival-time.ts'
import { CLOSE_GRACE_MS, DatagramEndpoint } from './datagram-endpoint.ts'
import { Outbox, type SendOutcome } from './outbox.ts'
import type { DatagramSocket } from './socket.ts'

interface Candidate {
  readonly socket: DatagramSocket
  readonly outbox: Outbox
  readonly local: Address
  readonly remote: Address
  readonly outcome: SendOutcome
}

/**
 * The dialling side. A name may have several addresses and there is no handshake to try them with: until the first
 * answer every message goes to all of them, and the one that answers is the peer.
 */
export class DialledEndpoint extends DatagramEndpoint {
  readonly #arrivalTime: ArrivalTime
  #candidates: Candidate[]
  #first: Candidate
  #outboxes: Outbox[]
  readonly #closing: Promise<void>[] = []

  constructor(sockets: readonly [DatagramSocket, ...DatagramSocket[]], options: EndpointOptions) {
    super(options)
    this.#arrivalTime = new ArrivalTime(options.clock ?? hostClock)
    const [first, ...others] = sockets
    this.#first = this.#candidate(first)
    this.#candidates = [this.#first, ...others.map((socket) => this.#candidate(socket))]
    this.#outboxes = this.#candidates.map((each) => each.outbox)
  }

  /** Of the first candidate, until one has answered. */
  get local(): Address {
    return this.#first.local
  }

  get remote(): Address {
    return this.#first.remote
  }

  get kernelTimes(): KernelTimes | undefined {
    return this.#first.socket.kernelTimes
  }

  protected get outboxes(): readonly Outbox[] {
    return this.#outboxes
  }

  protected transmit(message: Uint8Array): boolean {
    let room = true
    for (const { outbox, outcome } of this.#candidates) {
      if (!outbox.send(message, this.lines, outcome)) room = false
    }
    return room
  }

  protected transmitCopies(message: Uint8Array, next: (copy: Uint8Array) => void): boolean | undefined {
    const [only, ...others] = this.#candidates
    return others.length > 0 ? undefined : only?.outbox.sendCopies(message, next, only.outcome)
  }

  protected async leave(): Promise<void> {
    await Promise.all(this.#outboxes.map((each) => each.flushed(CLOSE_GRACE_MS)))
    this.#keep([])
    await Promise.all(this.#closing)
  }

  #candidate(socket: DatagramSocket): Candidate {
    const local = socket.address()
    const remote = socket.remoteAddress()
    const outbox = new Outbox(socket)
    const candidate: Candidate = {
      socket,
      outbox,
      local: formatHostPort(local.address, local.port),
      remote: formatHostPort(remote.address, remote.port),
      outcome: (error) => {
        if (error) this.#failed(candidate, error)
      },
    }
    socket.on('message', (datagram, _from, call) => {
      if (this.#candidates.length > 1) this.#choose(candidate)
      this.arrived(datagram, this.#arrivalTime.of(call))
    })
    socket.on('error', (error) => this.#failed(candidate, error))
    return candidate
  }

  #choose(winner: Candidate): void {
    this.#keep([winner])
  }

  #failed(candidate: Candidate, error: Error): void {
    const reason = this.reasonOf(error)
    if (reason === undefined || !this.#candidates.includes(candidate)) return
    this.#keep(this.#candidates.filter((each) => each !== candidate))
    if (this.#candidates.length === 0) this.finish(reason)
  }

  /** Goes on with these, and closes the others. */
  #keep(candidates: Candidate[]): void {
    const losers = this.#candidates.filter((each) => !candidates.includes(each))
    this.#candidates = candidates
    this.#first = candidates[0] ?? this.#first
    this.#outboxes = candidates.map((each) => each.outbox)
    for (const loser of losers) this.#closing.push(closeSocket(loser))
  }
}

function closeSocket(candidate: Candidate): Promise<void> {
  return new Promise((resolve) => {
    candidate.socket.close(() => {
      candidate.outbox.discard()
      resolve()
    })
  })
}
