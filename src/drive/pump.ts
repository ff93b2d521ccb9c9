import { setMaxListeners } from 'node:events'
import { aborted } from '../core/abort.ts'
import type { Alarm, Clock } from '../core/clock.ts'
import { asNetcmpError, NetcmpError } from '../core/errors.ts'
import type { Endpoint } from '../transport/contract.ts'
import type { Workload } from '../workload/contract.ts'

/** Steps taken before the event loop may turn: what arrives must not wait for all that leaves. */
const STEPS_PER_TURN = 128

/** Messages of a burst over an endpoint that sends them one by one, and the steps that a burst counts for. */
const BURST_MESSAGES = 8

/**
 * Runs a workload over endpoints on the event loop. Whoever reads the endpoints hands arrivals to `receive`.
 * Dials and closes are done through `dial`, for workloads that ask for them.
 */
export class Pump {
  readonly #workload: Workload
  readonly #endpoints: (Endpoint | undefined)[]
  readonly #clock: Clock
  readonly #dial: ((flow: number, signal: AbortSignal) => Promise<Endpoint>) | undefined
  readonly #alarm: Alarm
  readonly #stopped = new AbortController()
  #settle: { resolve(): void; reject(error: NetcmpError): void } | undefined
  #running = false
  #held = false
  /** How often a flow that took no more has emptied its queue. */
  drainedCount = 0

  constructor(
    workload: Workload,
    endpoints: readonly Endpoint[],
    clock: Clock,
    dial?: (flow: number, signal: AbortSignal) => Promise<Endpoint>,
  ) {
    this.#workload = workload
    this.#endpoints = [...endpoints]
    this.#clock = clock
    this.#dial = dial
    this.#alarm = clock.alarm(() => this.#turn())
    // Every flow may wait on it at once: that is no leak.
    setMaxListeners(0, this.#stopped.signal)
  }

  /** Resolves when the workload is done; rejects when an endpoint fails, or with ABORTED. */
  async run(signal?: AbortSignal): Promise<void> {
    const onAbort = () => this.fail(aborted(signal))
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      await new Promise<void>((resolve, reject) => {
        this.#settle = { resolve, reject }
        if (signal?.aborted) onAbort()
        this.#turn()
      })
    } finally {
      this.#settle = undefined
      this.#alarm.clear()
      this.#stopped.abort()
      signal?.removeEventListener('abort', onAbort)
      // What it dialled itself is nobody else's to close.
      if (this.#dial) for (const endpoint of this.#endpoints) endpoint?.close().catch(() => {})
    }
  }

  /** A message arrived on a flow. */
  receive(flow: number, message: Uint8Array, at: ReturnType<Clock['now']>, messageBytes: number): void {
    this.#alarm.worked()
    if (this.#workload.receive(flow, message, at, messageBytes)) this.#turn()
  }

  /** Ends the run with an error. */
  fail(error: NetcmpError): void {
    this.#settle?.reject(error)
    this.#settle = undefined
  }

  /** The workload may have changed its mind from outside: ask it again. */
  poke(): void {
    this.#turn()
  }

  /** While held, the workload takes no step; what arrives is handed to it all the same. */
  hold(held: boolean): void {
    if (held === this.#held) return
    this.#held = held
    this.#turn()
  }

  /** Time the event loop was turned idly, ns. */
  get idleNs(): number {
    return this.#alarm.idleNs
  }

  #turn(): void {
    if (this.#running || this.#held) return
    this.#running = true
    try {
      this.#steps()
    } catch (error) {
      this.fail(asNetcmpError(error))
    } finally {
      this.#running = false
    }
  }

  #steps(): void {
    let now = this.#clock.now()
    for (let taken = 0; this.#settle !== undefined; taken++) {
      if (taken >= STEPS_PER_TURN) return this.#alarm.set(now)
      if (taken > 0) now = this.#clock.now()
      const step = this.#workload.poll(now)
      switch (step.kind) {
        case 'send':
          this.#alarm.worked()
          this.#send(step.flow, step.message)
          break
        case 'burst':
          this.#alarm.worked()
          this.#burst(step.flow, step.message, step.next)
          taken += BURST_MESSAGES - 1
          break
        case 'wait':
          this.#alarm.set(step.until)
          return
        case 'dial':
          this.#open(step.flow)
          break
        case 'close':
          this.#close(step.flow)
          break
        case 'done':
          this.#settle.resolve()
          this.#settle = undefined
      }
    }
  }

  #send(flow: number, message: Uint8Array): void {
    const endpoint = this.#endpoints[flow] as Endpoint
    if (!endpoint.send(message)) this.#waitFor(flow, endpoint)
  }

  #burst(flow: number, message: Uint8Array, next: (message: Uint8Array) => void): void {
    const endpoint = this.#endpoints[flow] as Endpoint
    let room = endpoint.sendCopies?.(message, next)
    if (room === undefined) {
      room = true
      for (let n = 0; n < BURST_MESSAGES && room; n++) {
        next(message)
        room = endpoint.send(message)
      }
    }
    if (!room) this.#waitFor(flow, endpoint)
  }

  #waitFor(flow: number, endpoint: Endpoint): void {
    this.#workload.writable(flow, false)
    endpoint.drained(this.#stopped.signal).then(
      () => {
        this.drainedCount++
        this.#workload.writable(flow, true)
        this.#turn()
      },
      (error) => this.fail(asNetcmpError(error)),
    )
  }

  #open(flow: number): void {
    const dialled = this.#dial?.(flow, this.#stopped.signal)
    dialled?.then(
      (endpoint) => {
        this.#endpoints[flow] = endpoint
        this.#workload.opened(flow, this.#clock.now())
        this.#turn()
      },
      (error) => this.fail(asNetcmpError(error)),
    )
  }

  #close(flow: number): void {
    const endpoint = this.#endpoints[flow]
    if (endpoint === undefined) {
      const why =
        'netcmp: the server did not answer a dial within the timeout: is it still there, is --timeout too short?'
      return this.fail(new NetcmpError('TIMEOUT', why))
    }
    this.#endpoints[flow] = undefined
    endpoint.close().then(
      () => {
        this.#workload.closed(flow, this.#clock.now())
        this.#turn()
      },
      (error) => this.fail(asNetcmpError(error)),
    )
  }
}
