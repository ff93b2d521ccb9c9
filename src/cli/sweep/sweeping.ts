import { Runner, type Target } from '../../compare/runner.ts'
import { NetcmpError } from '../../core/errors.ts'
import { renderSweep } from '../../report/sweep/render.ts'
import { oneLine } from '../../result/issue.ts'
import type { SweepFile } from '../../result/sweep-file.ts'
import type { SweepDocument, SweepHead, SweepLine } from '../../result/sweep-schema.ts'
import { turnKey } from '../../result/sweep-turns.ts'
import { sweepDocument } from '../../sweep/document.ts'
import { estimateNs, roughly } from '../../sweep/estimate.ts'
import { differenceOf } from '../../sweep/same-sweep.ts'
import { runCount, type SweepTurn } from '../../sweep/schedule.ts'
import { type SweepEnd, sweep } from '../../sweep/sweep.ts'
import type { Transport } from '../../transport/contract.ts'
import type { ChosenEngine } from '../engine.ts'
import { givenUp, onInterrupt } from '../interrupt.ts'
import { keyIn } from '../key.ts'
import { type LabLink, labLinkAt } from '../lab/link-control.ts'
import { linkAt } from '../lab/plan.ts'
import { coloured, columns, emit } from '../output.ts'
import { OWN_SERVER, type OwnServer, startOwnServer } from '../own-server.ts'
import { type ProgressBar, progressBar } from '../progress.ts'
import { thisHost } from '../target.ts'
import type { SweepFlags, TypedFlags } from './flags.ts'
import { headOf } from './head.ts'
import { SweepLog } from './log.ts'
import type { SweepPlan } from './plan.ts'

interface Given {
  readonly flags: SweepFlags
  /** What was typed, now or when it was begun. */
  readonly asked: TypedFlags
  readonly command: readonly string[]
  readonly begun: SweepFile | undefined
  readonly plan: SweepPlan
  readonly target: Target | undefined
  readonly transports: readonly Transport[]
  readonly engine: ChosenEngine
}

/** A sweep under way: from its server to what is printed. */
export class Sweeping {
  readonly #given: Given
  readonly #interrupt = onInterrupt('netcmp: interrupted: finishing what is under way (again: stop at once)')
  readonly #bar: ProgressBar
  #link: LabLink | undefined
  #own: OwnServer | undefined

  constructor(given: Given) {
    const { progress, quiet } = given.flags
    this.#given = given
    this.#bar = progressBar(progress && !quiet)
  }

  async run(): Promise<number> {
    let log: SweepLog | undefined
    try {
      this.#checkSame()
      if (await this.#isOver()) return 0
      const runner = await this.#reached()
      const head = this.#head(runner)
      log = this.#log(head)
      const end = await this.#sweep(runner, log)
      this.#bar.end()
      const failure = await this.#tell(end, log)
      await this.#print(sweepDocument(head, log.lines))
      return failure?.exitCode ?? 0
    } finally {
      this.#bar.end()
      log?.close()
      this.#interrupt.release()
      await this.#link?.close()
      await this.#own?.close()
    }
  }

  /** Throws BAD_VALUE where what goes on would be another sweep than the one that began. */
  #checkSame(): void {
    const { asked, begun } = this.#given
    const difference = begun && differenceOf(begun.head, this.#fresh(noFarSide))
    if (difference === undefined) return
    throw new NetcmpError(
      'BAD_VALUE',
      `netcmp: ${asked.resume} was begun with ${oneLine(difference)} (repeat it as it began, or begin another with --output)`,
    )
  }

  /** It was made to its end before: then there is nothing to do but to draw it. */
  async #isOver(): Promise<boolean> {
    const { begun, plan } = this.#given
    if (begun === undefined || made(begun.lines).size < runCount(plan.shape)) return false
    await this.#print(sweepDocument(this.#head(noFarSide), begun.lines))
    return true
  }

  async #reached(): Promise<Runner> {
    const { flags, transports, engine, plan } = this.#given
    if (flags.linkControl !== undefined) this.#link = await labLinkAt(flags.linkControl, undefined)
    const runner = new Runner({
      transports,
      target: await this.#target(),
      clock: engine.clock,
      key: keyIn(flags.key),
      signal: givenUp(this.#interrupt, this.#link?.gone),
      interrupt: this.#interrupt.signal,
      isLab: this.#link !== undefined,
      witness: this.#link?.witness,
    })
    await runner.reach(plan.cells[0].settings)
    return runner
  }

  async #target(): Promise<Target> {
    const { target, transports, engine } = this.#given
    if (target !== undefined) return target
    if (!hasServer(transports)) return thisHost(transports)
    this.#own = await startOwnServer(transports, engine.socket)
    return this.#own.target
  }

  /** Of a sweep that goes on, the one that it began with. */
  #head(runner: FarSide): SweepHead {
    const { begun } = this.#given
    const head = this.#fresh(runner)
    return begun ? { ...begun.head, figures: head.figures } : head
  }

  #fresh(runner: FarSide): SweepHead {
    const { asked, command, engine, flags, plan, target, transports } = this.#given
    return headOf({
      plan,
      target: target?.name ?? (hasServer(transports) ? OWN_SERVER : thisHost(transports).name),
      link: flags.linkControl === undefined ? undefined : linkAt(flags.linkControl),
      runner,
      engine,
      warnings: engine.warning ? [engine.warning] : [],
      command,
      options: optionsOf(asked),
    })
  }

  #log(head: SweepHead): SweepLog {
    const { flags, begun } = this.#given
    if (begun && flags.resume !== undefined) return SweepLog.goOn(flags.resume, begun)
    return SweepLog.begin(flags.output, head)
  }

  async #sweep(runner: Runner, log: SweepLog): Promise<SweepEnd> {
    const { plan, flags } = this.#given
    const { shape, cells } = plan
    const isMade = madeIn(log)
    const total = runCount(shape)
    let done = made(log.lines).size
    if (!flags.quiet) process.stderr.write(`${announced(plan, isMade, total - done)}\n`)
    return sweep({
      shape,
      cells,
      runner,
      isMade,
      interrupt: this.#interrupt.signal,
      signal: givenUp(this.#interrupt, this.#link?.gone),
      ...(this.#link?.impair ? { impair: this.#link.impair } : {}),
      onProgress: ({ cell, block, workload, of }) => {
        this.#bar.show(done++, total, `block ${block}, cell ${cell + 1}: ${workload} over ${of.name}`)
      },
      onRun: (cell, run) => log.add(cell, run),
    })
  }

  /** Says what went wrong, and returns the worst of it. */
  async #tell(
    { error, failure, failedCount }: SweepEnd,
    { lost }: SweepLog,
  ): Promise<NetcmpError | undefined> {
    if (this.#link?.gone.aborted) return error
    if (error && error.code !== 'ABORTED') {
      process.stderr.write(`${((await this.#own?.failure()) ?? error).message}\n`)
    } else if (failure) {
      const runs = failedCount === 1 ? 'a run' : `${failedCount} runs`
      process.stderr.write(`netcmp: ${runs} failed: ${failure.message} (--resume tries again)\n`)
    }
    if (lost) process.stderr.write(`${lost.message}; the file ends there\n`)
    return error ?? failure ?? lost
  }

  async #print(document: SweepDocument): Promise<void> {
    const { format, quiet, color } = this.#given.flags
    if (!quiet && (format === 'json' || format === 'csv')) {
      for (const { text } of document.warnings) process.stderr.write(`warning: ${text}\n`)
    }
    await emit(renderSweep(document, { format, columns: columns(), color: coloured({ color }) }), undefined)
  }
}

type FarSide = Pick<Runner, 'addresses' | 'engines'>

/** Nobody has been asked. */
const noFarSide: FarSide = { addresses: {}, engines: new Map() }

const hasServer = (transports: readonly Transport[]): boolean =>
  transports.some(({ traits }) => traits.answeredBy === 'server')

/** What is typed about how it is shown or kept says nothing of what is run. */
const aside = new Set(['resume', 'linkControl', 'output', 'format', 'quiet', 'progress', 'color', 'debug'])

function optionsOf(asked: TypedFlags): SweepHead['options'] {
  return Object.fromEntries(
    Object.entries(asked).flatMap(([name, value]) =>
      aside.has(name) || value === undefined ? [] : [[name, value]],
    ),
  )
}

const made = (lines: readonly SweepLine[]): Set<string> =>
  new Set(lines.flatMap((line) => (line.error === null ? turnKey(line.cell, line) : [])))

/** Runs that failed are made again. */
function madeIn(log: SweepLog): (turn: SweepTurn) => boolean {
  const keys = made(log.lines)
  return ({ cell, of, workload, block }) => keys.has(turnKey(cell, { transport: of.name, workload, block }))
}

/** `11 cells (size), 10 blocks over 2 transports: 220 runs, about 1 min 10 s`. */
function announced(
  { axes, cells, shape }: SweepPlan,
  isMade: (turn: SweepTurn) => boolean,
  left: number,
): string {
  const names = axes.map(({ parameter, values }) => `${values.length} of --${parameter.option}`).join(' x ')
  const runs = `${left} ${left === 1 ? 'run' : 'runs'}${left === runCount(shape) ? '' : ' left'}`
  // How soon a fixed length is through is not known beforehand.
  const isBounded = cells.some(({ settings }) => settings.totalBytes !== undefined)
  const longest = Math.max(...cells.map(({ settings }) => settings.durationNs))
  const time = isBounded
    ? `each ${roughly(longest)} at most`
    : `about ${roughly(estimateNs(shape, cells, isMade))}`
  return `netcmp: ${cells.length} cells (${names}): ${runs}${left === 0 ? '' : `, ${time}`}`
}
