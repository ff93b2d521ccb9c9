import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type ErrorCode, NetcmpError } from '../../core/errors.ts'
import { onHost } from '../../lab/hosts.ts'
import type { HostName } from '../../lab/places.ts'
import { lastLine } from '../../lab/programs.ts'
import type { EndReport, EndTask, FromEnd, ToEnd } from './plan.ts'

const PROGRAM = fileURLToPath(import.meta.url).replace(/cli[\\/]trace[\\/]ends(\.[jt]s)$/, 'bin$1')

/** How both ends of a conversation went. */
export interface Conversed {
  readonly client: EndReport
  readonly server: EndReport
  /** Why it ended early; undefined where it did not. */
  readonly failure: NetcmpError | undefined
}

/** Has the two hosts hold a conversation; `signal` ends it, the more so where the link is `gone`. Never rejects: what was said until then is worth a picture. */
export async function converse(task: EndTask, signal: AbortSignal, gone: AbortSignal): Promise<Conversed> {
  const server = new TraceEnd('server', task)
  const onAbort = () => {
    client?.kill()
    // Over the link it would hear that its peer is gone.
    if (gone.aborted) server.kill()
  }
  let client: TraceEnd | undefined
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    await server.isReady
    if (!signal.aborted && !server.isOver) client = new TraceEnd('client', task)
    const told = client ? await client.report : nothing
    server.leave()
    const heard = await server.report
    const interrupted = signal.aborted ? new NetcmpError('ABORTED', 'trace: interrupted') : undefined
    return { client: told, server: heard, failure: interrupted ?? failureOf(told) ?? failureOf(heard) }
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

const nothing: EndReport = { calls: [], failure: null }

function failureOf({ failure }: EndReport): NetcmpError | undefined {
  return failure === null ? undefined : new NetcmpError(failure.code as ErrorCode, failure.message)
}

/** One end, as a process on its host. */
class TraceEnd {
  /** When it listens, or is over. */
  readonly isReady: Promise<void>
  readonly report: Promise<EndReport>
  isOver = false
  readonly #child: ChildProcess
  #stderr = ''

  constructor(which: HostName, task: EndTask) {
    const [file = '', ...args] = onHost(which, [process.execPath, PROGRAM, 'trace-end', which])
    // Out of reach of Ctrl-C: the other process decides what that means.
    const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], detached: true })
    this.#child = child
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-4096)
    })
    let readyNow = () => {}
    this.isReady = new Promise((resolve) => {
      readyNow = resolve
    })
    this.report = new Promise((resolve) => {
      const over = (report: EndReport) => {
        this.isOver = true
        readyNow()
        resolve(report)
      }
      child.on('message', (message: FromEnd) => {
        if ('report' in message) over(message.report)
        else readyNow()
      })
      const ended = () => {
        const how = lastLine(this.#stderr) || `${child.signalCode ?? `exit code ${child.exitCode}`}`
        over({
          calls: [],
          failure: { code: 'INTERNAL', message: `trace: the ${which} ended midway (${how})` },
        })
      }
      child.once('close', ended)
      child.once('error', ended)
    })
    this.#tell({ task })
  }

  leave(): void {
    this.#tell({ isOver: true })
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #tell(message: ToEnd): void {
    if (this.#child.connected) this.#child.send(message, () => {})
  }
}
