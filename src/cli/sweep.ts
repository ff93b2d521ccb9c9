import { Runner, type Target } from '../compare/runner.ts'
import { NetcmpError } from '../core/errors.ts'
import { renderSweep } from '../report/render-sweep.ts'
import { oneLine } from '../result/issue.ts'
import type { SweepFile } from '../result/sweep-file.ts'
import type { SweepDocument, SweepHead } from '../result/sweep-schema.ts'
import { sweepDocument, turnKey } from '../sweep/document.ts'
import { estimateNs, roughly } from '../sweep/estimate.ts'
import { differenceOf } from '../sweep/same-sweep.ts'
import { runCount, type SweepTurn } from '../sweep/schedule.ts'
import { type SweepEnd, sweep } from '../sweep/sweep.ts'
import type { Transport } from '../transport/contract.ts'
import { type ChosenEngine, chooseEngine } from './engine.ts'
import { socketOf, transportsOf } from './flags.ts'
import { onInterrupt } from './interrupt.ts'
import { keyIn } from './key.ts'
import { coloured, columns, emit } from './output.ts'
import { type OwnServer, startOwnServer } from './own-server.ts'
import { type ProgressBar, progressBar } from './progress.ts'
import type { SweepFlags } from './sweep-flags.ts'
import { headOf } from './sweep-head.ts'
import { checkNew, readSweepFile, SweepLog } from './sweep-log.ts'
import { planOf, type SweepPlan, withSocket } from './sweep-plan.ts'
import { presetFlags } from './sweep-presets.ts'
import { targetAt, thisHost } from './target.ts'

/** What was typed, and nothing else. */
export type TypedFlags = Partial<SweepFlags> & { readonly target?: string }

/** `netcmp sweep [target]`: runs a grid, prints, and returns the exit code. */
export async function sweepCommand(typed: TypedFlags, defaults: SweepFlags): Promise<number> {
  const begun = typed.resume === undefined ? undefined : readSweepFile(typed.resume)
  if (begun && typed.output !== undefined) {
    throw new NetcmpError('BAD_VALUE', 'netcmp: --resume goes on writing its file (leave out --output)')
  }
  const asked: TypedFlags = { ...begun?.head.options, ...typed }
  const flags: SweepFlags = { ...defaults, ...presetFlags(asked.preset), ...asked }
  const transports = transportsOf(flags.proto)
  const plan = planOf(flags, transports)
  const target = asked.target === undefined ? undefined : targetAt(asked.target, transports, false)
  if (flags.key !== undefined && target === undefined) {
    throw new NetcmpError('BAD_VALUE', 'netcmp: --key is for a server on a host (name it: netcmp sweep HOST)')
  }
  if (!begun) checkNew(flags.output)
  const engine = await chooseEngine(flags.engine, transports, socketOf(flags))
  const driven = engine.socket === undefined ? plan : withSocket(plan, engine.socket)
  return new Sweeping({ flags, asked, begun, plan: driven, target, transports, engine }).run()
}

interface Given {
  readonly flags: SweepFlags
  readonly asked: TypedFlags
  readonly begun: SweepFile | undefined
  readonly plan: SweepPlan
  readonly target: Target | undefined
  readonly transports: readonly Transport[]
  readonly engine: ChosenEngine
}

class Sweeping {
  readonly #given: Given
  readonly #interrupt = onInterrupt('netcmp: interrupted: finishing what is under way (again: stop at once)')
  readonly #bar: ProgressBar
  #own: OwnServer | undefined

  constructor(given: Given) {
    const { progress, quiet } = given.flags
    this.#given = given
    this.#bar = progressBar(progress && !quiet)
  }

  async run(): Promise<number> {
    let log: SweepLog | undefined
    try {
      const target = await this.#target()
      const runner = this.#runner(target)
      await runner.reach(this.#given.plan.cells[0].settings)
      const head = this.#head(target, runner)
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
      await this.#own?.close()
    }
  }

  async #target(): Promise<Target> {
    const { target, transports, engine } = this.#given
    if (target !== undefined) return target
    const served = transports.filter(({ traits }) => traits.answeredBy === 'server')
    if (served.length === 0) return thisHost(transports)
    this.#own = await startOwnServer(transports, engine.socket)
    return this.#own.target
  }

  #runner(target: Target): Runner {
    const { flags, transports, engine } = this.#given
    return new Runner({
      transports,
      target,
      clock: engine.clock,
      key: keyIn(flags.key),
      interrupt: this.#interrupt.signal,
    })
  }

  /** Of a sweep that goes on, the one that it began with. Throws BAD_VALUE where it would be another sweep. */
  #head(target: Target, runner: Runner): SweepHead {
    const { asked, begun, plan, engine } = this.#given
    const warnings = engine.warning ? [engine.warning] : []
    const options = optionsOf(asked)
    const command = process.argv.slice(2)
    const head = headOf({ plan, target: target.name, runner, engine, warnings, command, options })
    if (begun === undefined) return head
    const difference = differenceOf(begun.head, head)
    if (difference === undefined) return { ...begun.head, figures: head.figures }
    throw new NetcmpError(
      'BAD_VALUE',
      `netcmp: ${asked.resume} was begun with ${oneLine(difference)} (repeat it as it began, or begin another with --output)`,
    )
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
    let done = made(log).size
    if (!flags.quiet) process.stderr.write(`${announced(plan, isMade, total - done)}\n`)
    return sweep({
      shape,
      cells,
      runner,
      isMade,
      interrupt: this.#interrupt.signal,
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

/** What is typed about how it is shown or kept says nothing of what is run. */
const aside = new Set(['resume', 'output', 'format', 'quiet', 'progress', 'color', 'debug'])

function optionsOf(asked: TypedFlags): SweepHead['options'] {
  return Object.fromEntries(
    Object.entries(asked).flatMap(([name, value]) =>
      aside.has(name) || value === undefined ? [] : [[name, value]],
    ),
  )
}

const made = ({ lines }: SweepLog): Set<string> =>
  new Set(lines.flatMap((line) => (line.error === null ? turnKey(line.cell, line) : [])))

/** Runs that failed are made again. */
function madeIn(log: SweepLog): (turn: SweepTurn) => boolean {
  const keys = made(log)
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
  const time = left === 0 ? '' : `, about ${roughly(estimateNs(shape, cells, isMade))}`
  const isBounded = cells.some(({ settings }) => settings.totalBytes !== undefined)
  return `netcmp: ${cells.length} cells (${names}): ${runs}${time}${isBounded && left > 0 ? ' at most' : ''}`
}
