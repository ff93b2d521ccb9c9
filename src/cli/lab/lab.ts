import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type ErrorCode, NetcmpError } from '../../core/errors.ts'
import { apart } from '../../lab/apart.ts'
import { labObstacle, refusedLab } from '../../lab/obstacle.ts'
import { lastLine, withPath } from '../../lab/programs.ts'
import { Foreground } from '../../native/foreground.ts'
import { type LabFlags, labPlan, type Wanted } from './options.ts'
import type { FromLab, LabPlan, ToLab } from './plan.ts'

/** This program, as it is compiled and as it is written. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/cli[\\/]lab[\\/]lab(\.[jt]s)$/, 'bin$1')

/** A signal that comes again so soon is the same one: a terminal, or `timeout`, tells all processes at once. */
const SAME_SIGNAL_MS = 50

/** `netcmp lab`: two hosts and a link, and what is asked for on them. */
export async function labCommand(flags: LabFlags, wanted: Wanted, typed: readonly string[]): Promise<number> {
  return runLab(labPlan(flags, wanted, typed))
}

/** Makes a lab, and ends it with what runs in it, whose exit code it returns. Throws UNAVAILABLE, or what was in the way. */
export async function runLab(plan: LabPlan): Promise<number> {
  const obstacle = labObstacle()
  if (obstacle) throw obstacle
  const foreground = plan.work.kind === 'comparison' ? undefined : await Foreground.own()
  const lab = new Lab(plan)
  const signals = ['SIGINT', 'SIGTERM'] as const
  const onSignal = (name: NodeJS.Signals) => lab.signal(name)
  for (const name of signals) process.on(name, onSignal)
  try {
    return await lab.exitCode()
  } finally {
    foreground?.takeBack()
    for (const name of signals) process.off(name, onSignal)
  }
}

/** The processes of a lab, seen from outside. They end when this one does, however that is. */
class Lab {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  #hasBegun = false
  #exitCode: number | undefined
  #failure: NetcmpError | undefined
  #terminatedAt: number | undefined
  /** Of what makes the lab; what runs in it has this process's own. */
  #stderr = ''

  constructor(plan: LabPlan) {
    const [file = '', ...args] = apart([process.execPath, PROGRAM, 'lab-init'])
    const child = spawn(file, args, { stdio: [0, 1, 'pipe', 'ipc', 2], env: withPath(process.env) })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
    })
    child.on('message', (message: FromLab) => this.#hear(message))
    const once = (event: string) => new Promise((resolve) => child.once(event, resolve))
    this.#ended = Promise.race([Promise.all([once('close'), once('disconnect')]), once('error')])
    this.#child = child
    this.#tell({ plan })
  }

  async exitCode(): Promise<number> {
    await this.#ended
    if (this.#failure) throw this.#failure
    if (this.#exitCode !== undefined) return this.#exitCode
    if (!this.#hasBegun) throw refusedLab(this.#stderr)
    const { exitCode, signalCode } = this.#child
    // A crash has its reason there; of a process that was killed unshare only tells that it could not do the same.
    const said = lastLine(this.#stderr.replace(/^unshare: .*$/gm, ''))
    const how = said || (signalCode ?? `exit code ${exitCode}`)
    throw new NetcmpError('INTERNAL', `lab: a process that it is made of ended midway (${how})`)
  }

  /** Passes it on, as the program in the lab may take it for what it likes; but SIGTERM twice ends the lab. */
  signal(name: NodeJS.Signals): void {
    const now = Date.now()
    if (name === 'SIGTERM' && this.#terminatedAt !== undefined) {
      if (now - this.#terminatedAt < SAME_SIGNAL_MS) return
      this.#failure = new NetcmpError('ABORTED', 'lab: interrupted')
      this.#child.kill('SIGKILL')
    }
    if (name === 'SIGTERM') this.#terminatedAt = now
    this.#tell({ signal: name })
  }

  #hear(message: FromLab): void {
    if ('begun' in message) this.#hasBegun = true
    else if ('exitCode' in message) this.#exitCode = message.exitCode
    else this.#failure ??= new NetcmpError(message.failed.code as ErrorCode, message.failed.message)
  }

  /** Where it is gone, its end says so. */
  #tell(message: ToLab): void {
    if (this.#child.connected) this.#child.send(message, () => {})
  }
}
