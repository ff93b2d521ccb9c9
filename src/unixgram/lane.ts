import { type Alarm, type Clock, type Nanos, nanos } from '../core/clock.ts'
import type { Outlet, SendOutcome } from '../datagrams/datagram-socket.ts'
import * as c from '../native/constants.ts'
import { failure } from '../native/libc.ts'
import type { NativeMessageSocket } from '../native/message-socket.ts'

/** How soon a peer that had no room is tried again, and how late at most: it is tried twice as late each time. */
const LEAST_WAIT_NS = 50_000
const MOST_WAIT_NS = 4_000_000

/**
 * What leaves a listener to one peer: by the socket that all share, until that has no room for it, and then by one of its own,
 * with a buffer that no other peer fills and which is told when there is room again. A peer that hears the listener's socket
 * alone cannot have one: for it what has no room waits here, and is tried again.
 */
export class Lane implements Outlet {
  waitNs = LEAST_WAIT_NS
  dueNs = 0
  readonly soon: (callback: () => void) => void
  readonly #socket: NativeMessageSocket
  readonly #to: Uint8Array
  readonly #retries: Retries
  readonly #open: (name: Uint8Array) => NativeMessageSocket | undefined
  readonly #failed: SendOutcome
  #own: NativeMessageSocket | undefined
  readonly #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #whenSent: (() => void)[] = []

  /**
   * @param to the peer's name, as the kernel gave it
   * @param open a socket with this peer alone; undefined where it can have none
   * @param failed what could not be sent never will be
   */
  constructor(
    socket: NativeMessageSocket,
    to: Uint8Array,
    retries: Retries,
    open: (name: Uint8Array) => NativeMessageSocket | undefined,
    failed: SendOutcome,
  ) {
    this.soon = socket.soon
    this.#socket = socket
    this.#to = new Uint8Array(to)
    this.#retries = retries
    this.#open = open
    this.#failed = failed
  }

  send(datagram: Uint8Array): void {
    if (this.#own) return this.#own.send(datagram, this.#failed)
    if (this.#waiting.length === 0) {
      const result = this.#socket.trySend(datagram, this.#to)
      if (result >= 0) return
      if (result !== -c.EAGAIN) return this.#failed(failure('sendmsg', result))
      this.#own = this.#open(this.#to)
      if (this.#own) return this.#own.send(datagram, this.#failed)
      this.#retries.add(this)
    }
    this.#waiting.push(new Uint8Array(datagram))
    this.#waitingBytes += datagram.length
  }

  readonly whenSent = (callback: () => void): void => {
    if (this.#own) this.#own.whenSent(callback)
    else if (this.#waiting.length === 0) this.soon(callback)
    else this.#whenSent.push(callback)
  }

  getSendQueueCount(): number {
    return this.#own?.getSendQueueCount() ?? this.#waiting.length
  }

  getSendQueueSize(): number {
    return this.#own?.getSendQueueSize() ?? this.#waitingBytes
  }

  /** Sends what the peer has room for. True: nothing waits any more. */
  retry(): boolean {
    while (this.#waiting.length > 0) {
      const result = this.#socket.trySend(this.#waiting[0] as Uint8Array, this.#to)
      if (result === -c.EAGAIN) return false
      this.waitNs = LEAST_WAIT_NS
      if (result < 0) {
        this.discard()
        this.#failed(failure('sendmsg', result))
        return true
      }
      this.#waitingBytes -= (this.#waiting.shift() as Uint8Array).length
    }
    for (const callback of this.#whenSent.splice(0)) callback()
    return true
  }

  /** Forgets what waits, and sends no more. */
  discard(): void {
    this.#own?.close(() => {})
    this.#retries.delete(this)
    this.#waiting.length = 0
    this.#waitingBytes = 0
    for (const callback of this.#whenSent.splice(0)) callback()
  }
}

/** The lanes of one socket that wait for room. */
export class Retries {
  readonly #lanes = new Set<Lane>()
  readonly #clock: Clock
  readonly #alarm: Alarm

  constructor(clock: Clock) {
    this.#clock = clock
    this.#alarm = clock.alarm((now) => this.#retry(now))
  }

  add(lane: Lane): void {
    lane.waitNs = LEAST_WAIT_NS
    lane.dueNs = this.#clock.now() + LEAST_WAIT_NS
    this.#lanes.add(lane)
    this.#arm()
  }

  delete(lane: Lane): void {
    if (this.#lanes.delete(lane) && this.#lanes.size === 0) this.#alarm.clear()
  }

  #retry(now: Nanos): void {
    for (const lane of this.#lanes) {
      if (lane.dueNs > now) continue
      lane.waitNs = Math.min(2 * lane.waitNs, MOST_WAIT_NS)
      if (lane.retry()) this.#lanes.delete(lane)
      else lane.dueNs = now + lane.waitNs
    }
    this.#arm()
  }

  #arm(): void {
    let dueNs = Number.POSITIVE_INFINITY
    for (const lane of this.#lanes) if (lane.dueNs < dueNs) dueNs = lane.dueNs
    if (dueNs < Number.POSITIVE_INFINITY) this.#alarm.set(nanos(dueNs))
    else this.#alarm.clear()
  }
}
