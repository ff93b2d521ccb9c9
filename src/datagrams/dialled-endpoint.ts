import type { Address } from '../core/address.ts'
import { hostClock } from '../core/host-clock.ts'
import type { EndpointOptions, KernelTimes } from '../transport/contract.ts'
import { ArrivalTime } from './arrival-time.ts'
import { type Carrier, CLOSE_GRACE_MS, DatagramEndpoint } from './datagram-endpoint.ts'
import type { DatagramSocket, SendOutcome } from './datagram-socket.ts'
import { Outbox } from './outbox.ts'

/** A socket that has one peer, and how its two ends are called. */
export interface Candidate {
  readonly socket: DatagramSocket
  readonly local: Address
  readonly remote: Address
}

interface Running extends Candidate {
  readonly outbox: Outbox
  readonly outcome: SendOutcome
}

/**
 * The dialling side. A name may have several addresses and there is no handshake to try them with: until the first
 * answer every message goes to all of them, and the one that answers is the peer.
 */
export class DialledEndpoint extends DatagramEndpoint {
  readonly #arrivalTime: ArrivalTime
  #candidates: Running[]
  #first: Running
  #outboxes: Outbox[]
  readonly #closing: Promise<void>[] = []

  constructor(carrier: Carrier, candidates: readonly [Candidate, ...Candidate[]], options: EndpointOptions) {
    super(carrier, options)
    this.#arrivalTime = new ArrivalTime(options.clock ?? hostClock)
    const [first, ...others] = candidates
    this.#first = this.#started(first)
    this.#candidates = [this.#first, ...others.map((each) => this.#started(each))]
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

  dropCount(): number | undefined {
    return this.#first.socket.dropCount?.()
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

  protected override transmitCopies(
    message: Uint8Array,
    next: (copy: Uint8Array) => void,
  ): boolean | undefined {
    const [only, ...others] = this.#candidates
    return others.length > 0 ? undefined : only?.outbox.sendCopies(message, next, only.outcome)
  }

  protected async leave(): Promise<void> {
    await Promise.all(this.#outboxes.map((each) => each.flushed(CLOSE_GRACE_MS)))
    this.#keep([])
    await Promise.all(this.#closing)
  }

  protected override holdBack(held: boolean): boolean {
    let canWait = true
    for (const { socket } of this.#candidates) {
      socket.hold?.(held)
      if (socket.hold === undefined) canWait = false
    }
    return canWait
  }

  #started({ socket, local, remote }: Candidate): Running {
    const candidate: Running = {
      socket,
      outbox: new Outbox(socket),
      local,
      remote,
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

  #choose(winner: Running): void {
    this.#keep([winner])
  }

  #failed(candidate: Running, error: Error): void {
    const reason = this.reasonOf(error)
    if (reason === undefined || !this.#candidates.includes(candidate)) return
    this.#keep(this.#candidates.filter((each) => each !== candidate))
    if (this.#candidates.length === 0) this.finish(reason)
  }

  /** Goes on with these, and closes the others. */
  #keep(candidates: Running[]): void {
    const losers = this.#candidates.filter((each) => !candidates.includes(each))
    this.#candidates = candidates
    this.#first = candidates[0] ?? this.#first
    this.#outboxes = candidates.map((each) => each.outbox)
    for (const loser of losers) this.#closing.push(closeSocket(loser))
  }
}

function closeSocket(candidate: Running): Promise<void> {
  return new Promise((resolve) => {
    candidate.socket.close(() => {
      candidate.outbox.discard()
      resolve()
    })
  })
}
