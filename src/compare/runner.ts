import { forMany } from '../core/abort.ts'
import { type Address, isLoopback } from '../core/address.ts'
import type { Clock } from '../core/clock.ts'
import { NetcmpError } from '../core/errors.ts'
import type { RunOptions } from '../drive/dialling.ts'
import { reachHost } from '../drive/host-run.ts'
import { type PathMtu, probePathMtu } from '../drive/path-mtu.ts'
import { openSession, run } from '../drive/run.ts'
import type { Run } from '../result/schema.ts'
import type { Transport } from '../transport/contract.ts'
import type { WorkloadName } from '../workload/names.ts'
import { drivenBy, type EngineFacts, engineFacts } from './engine.ts'
import { finishedRun } from './finished-run.ts'
import { sendsDatagrams } from './fragment-warnings.ts'
import { jobOf, type Settings } from './settings.ts'
import { type Witness, type WitnessedOutcome, witnessed } from './witness.ts'

/** Where to measure. */
export interface Target {
  /** What reports call it: the host as it was typed, or `own server process`. */
  readonly name: string
  /** Where each transport is dialled, by its name. */
  readonly addresses: Readonly<Record<string, Address>>
  /** The far side is a process of this host: both read one clock. */
  readonly sameHost: boolean
  /** Both ends read one clock all the same; default: only where they are on one host. */
  readonly sameClock?: boolean
}

interface RunnerOptions {
  readonly transports: readonly Transport[]
  readonly target: Target
  readonly clock: Clock
  readonly key?: Uint8Array | undefined
  readonly signal?: AbortSignal | undefined
  readonly interrupt?: AbortSignal | undefined
  /** Both ends are hosts of a lab. */
  readonly isLab?: boolean
  /** Sees every packet of a run. */
  readonly witness?: Witness | undefined
}

/** One run to make. */
export interface Turn {
  readonly of: Transport
  readonly workload: WorkloadName
  readonly block: number
}

/** One run that was made. */
export interface TakenRun extends Pick<WitnessedOutcome, 'recording' | 'error' | 'stopping'> {
  /** As a document has it. */
  readonly run: Run
}

/** Finds the far side, and makes single runs against it, each with the settings that it is given. */
export class Runner {
  /** By transport: the numeric address that answered, which every run dials. */
  readonly addresses: Record<string, Address> = {}
  /** By transport. */
  readonly engines = new Map<string, EngineFacts>()
  readonly #options: RunnerOptions

  constructor(options: RunnerOptions) {
    const { signal } = options
    this.#options = signal ? { ...options, signal: forMany(signal) } : options
  }

  /** Throws whatever keeps a transport from its server. */
  async reach(settings: Settings): Promise<void> {
    for (const transport of this.#options.transports) await this.#reach(transport, settings)
  }

  /** Opens and closes a session, where there are any: is it a netcmp server, at which numeric address, and what drives each end? */
  async #reach(transport: Transport, settings: Settings): Promise<void> {
    if (transport.traits.answeredBy === 'host') {
      this.addresses[transport.name] = await reachHost(this.#runOptions(settings, transport, 'echo'))
      this.engines.set(transport.name, await engineFacts(transport, settings.socket, undefined))
      return
    }
    const session = await openSession(this.#runOptions(settings, transport, 'echo'))
    this.addresses[transport.name] = session.endpoint.remote
    const facts = await engineFacts(transport, settings.socket, session.granted?.engine)
    this.engines.set(transport.name, facts)
    await session.close()
  }

  /** What the way to the server takes in one piece. Throws BAD_VALUE where nobody sends datagrams to it. */
  async probePath(settings: Settings): Promise<PathMtu> {
    const udp = this.#options.transports.find(
      (each) => sendsDatagrams(each) && each.traits.answeredBy === 'server',
    )
    if (udp === undefined) {
      throw new NetcmpError('BAD_VALUE', 'netcmp: --mtu-probe sends datagrams, and --proto names no udp')
    }
    return probePathMtu(this.#runOptions(settings, udp, 'echo'))
  }

  /** Makes one run. Its failure is part of what it returns. */
  async run(settings: Settings, { of, workload, block }: Turn): Promise<TakenRun> {
    const { name } = of
    const make = () => run(this.#runOptions(settings, of, workload))
    const { witness, signal } = this.#options
    const outcome = await witnessed(witness, { transport: name, workload }, make, signal)
    const isOneHost = this.#options.target.sameHost || isLoopback(this.addresses[name] ?? '')
    const what = { transport: name, workload, block, ...(this.engines.get(name) ?? { engine: 'node' }) }
    const { recording, stopping, error } = outcome
    return {
      run: finishedRun(what, outcome, of.traits, isOneHost),
      recording,
      stopping,
      error: error?.code === 'REFUSED' ? this.#gone(name, error) : error,
    }
  }

  /** It answered before, or there would have been no run. */
  #gone(transport: string, cause: NetcmpError): NetcmpError {
    const why = `${transport}: ${this.addresses[transport]} is gone: it answered before, and now nobody listens there`
    return new NetcmpError('REFUSED', why, { cause })
  }

  #runOptions(settings: Settings, transport: Transport, workload: WorkloadName): RunOptions {
    const { target, clock: given, key, isLab = false, signal, interrupt } = this.#options
    const address = this.addresses[transport.name] ?? target.addresses[transport.name]
    if (address === undefined) {
      throw new NetcmpError('BAD_ADDRESS', `${transport.name}: no address to dial at ${target.name}`)
    }
    const { socket, clock } = drivenBy(transport, settings.socket, given)
    return {
      transport,
      target: address,
      job: jobOf(settings, workload, transport.name, {
        sameClock: target.sameClock ?? target.sameHost,
        originNs: clock.originNs,
        answeredBy: transport.traits.answeredBy,
      }),
      clock,
      family: settings.family,
      bind: settings.bind,
      socket,
      nagle: settings.nagle,
      key,
      // The lab turns off what splits packets and joins them anywhere but at the sender.
      isOnePerPacket: isLab,
      remedy: isLab
        ? 'the link loses, damages or holds up too much (less of it, or a longer --timeout)'
        : undefined,
      signal,
      interrupt,
    }
  }
}
