import type { Clock } from '../core/clock.ts'
import { NetcmpError } from '../core/errors.ts'
import { hostClock } from '../core/host-clock.ts'
import { createRandom, shuffled } from '../core/random.ts'
import { version } from '../core/version.ts'
import type { PathMtu } from '../drive/path-mtu.ts'
import type { Recording } from '../measure/recording.ts'
import { countedRuns } from '../result/counted-runs.ts'
import type { ResultDocument, Run, Summary, Verdict, Warning } from '../result/schema.ts'
import type { Transport } from '../transport/contract.ts'
import type { WorkloadName } from '../workload/names.ts'
import { configOf } from './config.ts'
import { engineWarnings } from './engine.ts'
import { isFair } from './fairness.ts'
import { fragmentWarnings } from './fragment-warnings.ts'
import { leftOutWarnings } from './host-answers.ts'
import { clockFacts, hostFacts } from './host-facts.ts'
import { linkWarnings, overtakingWarnings } from './link-warnings.ts'
import { lossBoundMetrics } from './loss-bounds.ts'
import { paceWarnings } from './pace-warnings.ts'
import { plain } from './plain-metrics.ts'
import { Runner, type TakenRun, type Target, type Turn } from './runner.ts'
import { type GivenSettings, type Settings, settle } from './settings.ts'
import { verdictsOf } from './verdicts.ts'
import { warningsOf } from './warnings.ts'
import type { Witness } from './witness.ts'

export type { Target } from './runner.ts'

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
  readonly signal?: AbortSignal | undefined
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

class Comparing {
  readonly #options: CompareOptions
  readonly #settings: Settings
  readonly #clock: Clock
  readonly #runner: Runner
  readonly #startedAt = new Date()
  readonly #began: number
  readonly #runs: Run[] = []
  /** By transport and workload: everything counted, merged. */
  readonly #recordings = new Map<
    string,
    { transport: string; workload: WorkloadName; recording: Recording; blocks: number }
  >()
  #path: PathMtu | undefined
  /** Workloads that the server does not allow as they are: the others go on. */
  readonly #limited = new Map<WorkloadName, NetcmpError>()
  #error: NetcmpError | undefined

  constructor(options: CompareOptions) {
    this.#options = options
    this.#settings = settle(options.transports, options)
    this.#clock = options.clock ?? hostClock
    this.#runner = new Runner({ ...options, clock: this.#clock, isLab: options.link !== undefined })
    this.#began = this.#clock.now()
  }

  async run(): Promise<Comparison> {
    await this.#runner.reach(this.#settings)
    if (this.#options.mtuProbe) this.#path = await this.#runner.probePath(this.#settings)
    for (const each of this.#schedule()) {
      if (this.#options.interrupt?.aborted || this.#error) break
      if (this.#limited.has(each.workload)) continue
      this.#options.onProgress?.(each)
      this.#take(await this.#runner.run(this.#settings, each))
    }
    for (const error of this.#limited.values()) this.#error ??= error
    if (this.#options.interrupt?.aborted) this.#error ??= new NetcmpError('ABORTED', 'netcmp: interrupted')
    return { document: this.#document(), error: this.#error }
  }

  /** Every run in order: in each block, each workload over each transport, in an order drawn from the seed. */
  *#schedule(): Generator<Turn & Progress> {
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

  #take({ run, recording, error, stopping }: TakenRun): void {
    const { transport, block } = run
    const workload = run.workload as WorkloadName
    // Whoever interrupted it waited no longer for what was under way: it has not failed, and is no run like the others.
    if (error?.code === 'ABORTED' && this.#options.interrupt?.aborted) {
      this.#error = error
      return
    }
    this.#runs.push(run)
    this.#options.onRun?.(run)
    if (error?.code === 'LIMITED') {
      this.#limited.set(workload, error)
      return
    }
    this.#error = error ?? stopping
    if (error || block === 0) return
    const key = `${transport} ${workload}`
    const merged = this.#recordings.get(key)
    if (merged) {
      merged.recording.merge(recording)
      merged.blocks++
    } else this.#recordings.set(key, { transport, workload, recording, blocks: 1 })
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
      config: configOf(this.#settings, this.#options.target.name, this.#runner.addresses, transports),
      ...(this.#options.link === undefined ? {} : { link: this.#options.link }),
      ...(this.#path === undefined ? {} : { path: this.#path }),
      runs: this.#runs,
      summary,
      verdicts: verdictsOf(names, this.#runs, summary).filter((verdict) => this.#isFair(verdict)),
      warnings: [
        ...(this.#options.warnings ?? []),
        ...engineWarnings(this.#runner.engines, transports),
        ...leftOutWarnings(transports, this.#options.workloads),
        ...warningsOf(summary, this.#runs),
        ...linkWarnings(this.#runs),
        ...overtakingWarnings(this.#runs, this.#options.link),
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
          engine: this.#runner.engines.get(name)?.engine ?? 'node',
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
