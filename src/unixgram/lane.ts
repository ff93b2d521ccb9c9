import { type Alarm, type Clock, type Nanos, nanos } from '../core/clock.ts'
import type { Outlet, SendOutcome } from '../datagrams/datagram-socket.ts'
import * as c from '../native/constants.ts'
import { failure } from '../native/libc.ts'
import type { NativeMessageSocket } from '../native/message-socket.ts'

/** How soon a peer that had no room is tried again, and how late at most: it is tried twice as late each time. */
const LEAST_WAIT_NS = 50_000
const MOST_WAIT_NS = 4_000_000

/**
 * What leaves a listener's socket to one peer. The kernel does not tell when a peer has room again, since the socket has
 * many: what it does not take waits here, one queue for each peer, so that nobody waits for another.
 */
export class Lane implements Outlet {
  waitNs = LEAST_WAIT_NS
  dueNs = 0
  readonly soon: (callback: () => void) => void
  readonly #socket: NativeMessageSocket
  readonly #to: Uint8Array
  readonly #retries: Retries
  readonly #failed: SendOutcome
  readonly #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #whenSent: (() => void)[] = []

  /**
   * @param to the peer's name, as the kernel gave it
   * @param failed what could not be sent never will be
   */
  constructor(socket: NativeMessageSocket, to: Uint8Array, retries: Retries, failed: SendOutcome) {
    this.soon = socket.soon
    this.#socket = socket
    this.#to = new Uint8Array(to)
    this.#retries = retries
    this.#failed = failed
  }

  send(datagram: Uint8Array): void {
    if (this.#waiting.length === 0) {
      const result = this.#socket.trySend(datagram, this.#to)
      if (result >= 0) return
      if (result !== -c.EAGAIN) return this.#failed(failure('sendmsg', result))
      this.#retries.add(this)
    }
    this.#waiting.push(new Uint8Array(datagram))
    this.#waitingBytes += datagram.length
  }

  readonly whenSent = (callback: () => void): void => {
    if (this.#waiting.length === 0) this.soon(callback)
    else this.#whenSent.push(callback)
  }

  getSendQueueCount(): number {
    return this.#waiting.length
  }

  getSendQueueSize(): number {
    return this.#waitingBytes
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

  /** Forgets what waits. */
  discard(): void {
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
