import { type Address, isLoopback } from '../core/address.ts'
import type { Clock } from '../core/clock.ts'
import { NetcmpError } from '../core/errors.ts'
import { hostClock } from '../core/host-clock.ts'
import { createRandom, shuffled } from '../core/random.ts'
import { version } from '../core/version.ts'
import type { RunOptions } from '../drive/dialling.ts'
import { reachHost } from '../drive/host-run.ts'
import { type PathMtu, probePathMtu } from '../drive/path-mtu.ts'
import { openSession, run } from '../drive/run.ts'
import type { Recording } from '../measure/recording.ts'
import type { ResultDocument, Run, Summary, Verdict, Warning } from '../result/schema.ts'
import type { Transport } from '../transport/contract.ts'
import type { WorkloadName } from '../workload/names.ts'
import { configOf } from './config.ts'
import { drivenBy, type EngineFacts, engineFacts, engineWarnings } from './engine.ts'
import { isFair } from './fairness.ts'
import { finishedRun } from './finished-run.ts'
import { fragmentWarnings, sendsDatagrams } from './fragment-warnings.ts'
import { leftOutWarnings } from './host-answers.ts'
import { clockFacts, hostFacts } from './host-facts.ts'
import { linkWarnings } from './link-warnings.ts'
import { countedRuns, lossBoundMetrics } from './loss-bounds.ts'
import { paceWarnings } from './pace-warnings.ts'
import { plain } from './plain-metrics.ts'
import { type GivenSettings, jobOf, type Settings, settle } from './settings.ts'
import { verdictsOf } from './verdicts.ts'
import { warningsOf } from './warnings.ts'
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

export interface Progress {
  readonly done: number
  readonly total: number
  readonly transport: string
  readonly workload: WorkloadName
  readonly block: number
}

export interface CompareOptions extends GivenSettings {
  /** The first is what the others are compared with. */
  readonly transports: readonly Transport[]
  readonly target: Target
  /** What the server was given too. With `sealed`. */
  readonly key?: Uint8Array | undefined
  /** What was typed, for the report. */
  readonly command?: readonly string[]
  readonly clock?: Clock
  /** What the caller has to say beforehand, for the document. */
  readonly warnings?: readonly Warning[]
  /** First finds out what the way to the server takes in one piece. */
  readonly mtuProbe?: boolean
  /** The link between the hosts, where it is one of the lab's. */
  readonly link?: ResultDocument['link']
  /** Sees every packet of a run; what it saw joins the run's figures. */
  readonly witness?: Witness | undefined
  /** Ends at once; what was measured is reported, marked partial. */
  readonly signal?: AbortSignal
  /** Ends after what is outstanding; what was measured is reported, marked partial. */
  readonly interrupt?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  /** Called with each run as the document will have it, before the next begins. */
  readonly onRun?: (run: Run) => void
}

export interface Comparison {
  readonly document: ResultDocument
  /** What cut it short. */
  readonly error: NetcmpError | undefined
}

/**
 * Runs the same workloads over every transport, in paired blocks, and says which differences are real.
 * Throws BAD_VALUE, and whatever keeps a transport from its server at the start; later failures end it early.
 */
export async function compare(options: CompareOptions): Promise<Comparison> {
  return new Comparing(options).run()
}

type Turn = Progress & { readonly of: Transport }

class Comparing {
  readonly #options: CompareOptions
  readonly #settings: Settings
  readonly #clock: Clock
  readonly #startedAt = new Date()
  readonly #began: number
  readonly #runs: Run[] = []
  /** By transport and workload: everything counted, merged. */
  readonly #recordings = new Map<
    string,
    { transport: string; workload: WorkloadName; recording: Recording; blocks: number }
  >()
  readonly #addresses: Record<string, Address> = {}
  /** By transport. */
  readonly #engines = new Map<string, EngineFacts>()
  #path: PathMtu | undefined
  /** Workloads that the server does not allow as they are: the others go on. */
  readonly #limited = new Map<WorkloadName, NetcmpError>()
  #error: NetcmpError | undefined

  constructor(options: CompareOptions) {
    this.#options = options
    this.#settings = settle(options.transports, options)
    this.#clock = options.clock ?? hostClock
    this.#began = this.#clock.now()
  }

  async run(): Promise<Comparison> {
    for (const transport of this.#options.transports) await this.#reach(transport)
    if (this.#options.mtuProbe) await this.#probePath()
    for (const each of this.#schedule()) {
      if (this.#options.interrupt?.aborted || this.#error) break
      if (this.#limited.has(each.workload)) continue
      this.#options.onProgress?.(each)
      const make = () => run(this.#runOptions(each.of, each.workload))
      this.#take(each, await witnessed(this.#options.witness, each, make))
    }
    for (const error of this.#limited.values()) this.#error ??= error
    if (this.#options.interrupt?.aborted) this.#error ??= new NetcmpError('ABORTED', 'netcmp: interrupted')
    return { document: this.#document(), error: this.#error }
  }

  /** Opens and closes a session, where there are any: is it a netcmp server, at which numeric address, and what drives each end? */
  async #reach(transport: Transport): Promise<void> {
    if (transport.traits.answeredBy === 'host') {
      this.#addresses[transport.name] = await reachHost(this.#runOptions(transport, 'echo'))
      this.#engines.set(transport.name, await engineFacts(transport, this.#settings.socket, undefined))
      return
    }
    const session = await openSession(this.#runOptions(transport, 'echo'))
    this.#addresses[transport.name] = session.endpoint.remote
    const facts = await engineFacts(transport, this.#settings.socket, session.granted?.engine)
    this.#engines.set(transport.name, facts)
    await session.close()
  }

  async #probePath(): Promise<void> {
    const udp = this.#options.transports.find(
      (each) => sendsDatagrams(each) && each.traits.answeredBy === 'server',
    )
    if (udp === undefined) {
      throw new NetcmpError('BAD_VALUE', 'netcmp: --mtu-probe sends datagrams, and --proto names no udp')
    }
    this.#path = await probePathMtu(this.#runOptions(udp, 'echo'))
  }

  /** Every run in order: in each block, each workload over each transport, in an order drawn from the seed. */
  *#schedule(): Generator<Turn> {
    const { transports } = this.#options
    const { workloads, blocks, seed } = this.#settings
    const random = createRandom(seed)
    const total = blocks * workloads.length * transports.length
    let done = 0
    // A single block has nothing to warm up for: it counts.
    for (let block = blocks === 1 ? 1 : 0; block < Math.max(blocks, 2); block++) {
      for (const workload of workloads) {
        for (const of of shuffled(transports, random)) {
          yield { of, transport: of.name, workload, block, done: done++, total }
        }
      }
    }
  }

  #runOptions(transport: Transport, workload: WorkloadName): RunOptions {
    const { target, signal, interrupt } = this.#options
    const address = this.#addresses[transport.name] ?? target.addresses[transport.name]
    if (address === undefined) {
      throw new NetcmpError('BAD_ADDRESS', `${transport.name}: no address to dial at ${target.name}`)
    }
    const { socket, clock } = drivenBy(transport, this.#settings.socket, this.#clock)
    return {
      transport,
      target: address,
      job: jobOf(this.#settings, workload, transport.name, {
        sameClock: target.sameClock ?? target.sameHost,
        originNs: clock.originNs,
        answeredBy: transport.traits.answeredBy,
      }),
      clock,
      family: this.#settings.family,
      bind: this.#settings.bind,
      socket,
      nagle: this.#settings.nagle,
      key: this.#options.key,
      // The lab turns off what splits packets and joins them anywhere but at the sender.
      isOnePerPacket: this.#options.link !== undefined,
      signal,
      interrupt,
    }
  }

  #take({ of, transport, workload, block }: Turn, outcome: WitnessedOutcome): void {
    const { recording, error, stopping } = outcome
    const isOneHost = this.#options.target.sameHost || isLoopback(this.#addresses[transport] ?? '')
    const what = { transport, workload, block, ...(this.#engines.get(transport) ?? { engine: 'node' }) }
    const finished = finishedRun(what, outcome, of.traits, isOneHost)
    this.#runs.push(finished)
    this.#options.onRun?.(finished)
    if (error?.code === 'LIMITED') {
      this.#limited.set(workload, error)
      return
    }
    if (error) {
      this.#error = error.code === 'REFUSED' ? this.#gone(transport, error) : error
      return
    }
    this.#error = stopping
    if (block === 0) return
    const key = `${transport} ${workload}`
    const merged = this.#recordings.get(key)
    if (merged) {
      merged.recording.merge(recording)
      merged.blocks++
    } else this.#recordings.set(key, { transport, workload, recording, blocks: 1 })
  }

  /** It answered before, or there would have been no run. */
  #gone(transport: string, cause: NetcmpError): NetcmpError {
    const why = `${transport}: ${this.#addresses[transport]} is gone: it answered before, and now nobody listens there`
    return new NetcmpError('REFUSED', why, { cause })
  }

  #document(): ResultDocument {
    const { transports, command } = this.#options
    const names = transports.map((transport) => transport.name)
    const summary = this.#summary(names)
    return {
      schema: 'netcmp.result/1',
      partial: this.#error !== undefined,
      tool: {
        name: 'netcmp',
        version,
        startedAt: this.#startedAt.toISOString(),
        durationNs: this.#clock.now() - this.#began,
        command: command ? [...command] : null,
      },
      host: hostFacts(),
      clock: clockFacts(this.#clock),
      config: configOf(this.#settings, this.#options.target.name, this.#addresses, transports),
      ...(this.#options.link === undefined ? {} : { link: this.#options.link }),
      ...(this.#path === undefined ? {} : { path: this.#path }),
      runs: this.#runs,
      summary,
      verdicts: verdictsOf(names, this.#runs, summary).filter((verdict) => this.#isFair(verdict)),
      warnings: [
        ...(this.#options.warnings ?? []),
        ...engineWarnings(this.#engines, transports),
        ...leftOutWarnings(transports, this.#options.workloads),
        ...warningsOf(summary, this.#runs),
        ...linkWarnings(this.#runs),
        ...paceWarnings(summary, this.#settings),
        ...fragmentWarnings(this.#path, transports, summary, this.#settings),
      ],
    }
  }

  #summary(names: readonly string[]): Summary[] {
    return this.#settings.workloads.flatMap((workload) =>
      names.flatMap((name) => {
        const found = this.#recordings.get(`${name} ${workload}`)
        if (found === undefined) return []
        const members = found.recording.members()
        const counted = countedRuns(this.#runs, name, workload)
        return {
          transport: name,
          workload,
          engine: this.#engines.get(name)?.engine ?? 'node',
          blocks: found.blocks,
          metrics: { ...plain(found.recording.values()), ...lossBoundMetrics(counted) },
          curve: found.recording.curve(),
          ...(members ? { members: members.map(plain) } : {}),
        }
      }),
    )
  }

  /** One-way delays say nothing where each may be off by its clock error, run after run to the same side. */
  #isFair({ workload, metric, a, b }: Verdict): boolean {
    const { sameHost, sameClock = sameHost } = this.#options.target
    if (/^(forward|reverse)Delay/.test(metric)) return sameClock
    const { bulkSizeBytes } = this.#settings
    return isFair(workload, metric, bulkSizeBytes[a.transport], bulkSizeBytes[b.transport])
  }
}
