import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { type ErrorCode, NetcmpError } from '../../core/errors.ts'
import { onHost } from '../../lab/hosts.ts'
import type { HostName } from '../../lab/places.ts'
import { lastLine } from '../../lab/programs.ts'

/** How long a program may take to be there, and to take leave when told to. */
const START_MS = 10_000
const LISTEN_MS = 1_000
const LOOK_MS = 10
const END_MS = 1_000

/** The standard error of whoever began the lab: the lab's own is for what goes wrong while it is made. */
export const STDERR = 4

type Output = 'pipe' | number

/** A program on one of the hosts, or in the network between them. */
export class Program {
  readonly ended: Promise<void>
  readonly begunAt = Date.now()
  /** All that it printed has been heard. */
  readonly #heard: Promise<void>
  readonly #what: string
  readonly #child: ChildProcess
  #printed = ''
  #onOutput: () => void = () => {}

  /**
   * @param apart out of reach of the terminal's Ctrl-C
   * @param output where standard input, output and error are
   */
  constructor(
    what: string,
    host: HostName | 'link',
    command: readonly string[],
    options: {
      apart: boolean
      output: readonly [Output | 'ignore', Output, Output]
      env?: NodeJS.ProcessEnv
    },
  ) {
    this.#what = what
    const [file = '', ...args] = host === 'link' ? command : onHost(host, command)
    const env = { ...process.env, ...options.env }
    this.#child = spawn(file, args, { stdio: [...options.output], detached: options.apart, env })
    this.ended = new Promise((resolve) => {
      for (const event of ['exit', 'error']) this.#child.once(event, () => resolve())
    })
    this.#heard = new Promise((resolve) => this.#child.once('close', () => resolve()))
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#printed = (this.#printed + text).slice(-4096)
        this.#onOutput()
      })
    }
  }

  get isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  get wasKilled(): boolean {
    return this.#child.signalCode !== null
  }

  /** As a shell tells it. */
  get exitCode(): number {
    const { exitCode, signalCode } = this.#child
    return exitCode ?? (signalCode === null ? 1 : 128 + constants.signals[signalCode])
  }

  /** The last line that it printed. */
  get lastWords(): string {
    return lastLine(this.#printed)
  }

  /** Why it is over, in one line. */
  failure(code: ErrorCode = 'INTERNAL'): NetcmpError {
    const { exitCode, signalCode } = this.#child
    const how = signalCode ?? (this.lastWords || `exit code ${exitCode}`)
    return new NetcmpError(code, `lab: ${this.#what} ended (${how})`)
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  /** Waits until it has printed the text. Throws INTERNAL where it never does. */
  async prints(text: string): Promise<void> {
    await within(
      START_MS,
      new Promise<void>((resolve) => {
        this.#onOutput = () => {
          if (this.#printed.includes(text)) resolve()
        }
      }),
      this.ended,
    )
    this.#onOutput = () => {}
    if (this.isOver) {
      await within(END_MS, this.#heard)
      throw this.failure()
    }
    if (!this.#printed.includes(text)) {
      throw new NetcmpError('INTERNAL', `lab: ${this.#what} did not begin within ${START_MS / 1000} s`)
    }
  }

  /** Waits until there are more sockets that wait for somebody on its host than `before`, or until it would have been so. */
  async listens(before: number): Promise<void> {
    for (let waitedMs = 0; waitedMs < LISTEN_MS && !this.isOver; waitedMs += LOOK_MS) {
      if (this.openCount() > before) return
      await within(LOOK_MS, this.ended)
    }
  }

  /** Sockets of its host that wait for connections or datagrams. */
  openCount(): number {
    const lines = (name: string) => tableOf(`/proc/${this.#child.pid}/net/${name}`)
    const tcp = [...lines('tcp'), ...lines('tcp6')].filter((line) => line.split(/ +/)[4] === LISTEN)
    return tcp.length + lines('udp').length + lines('udp6').length
  }

  /** Asks all of its group to take leave, and waits a moment for it. */
  async end(): Promise<void> {
    const { pid } = this.#child
    if (this.isOver || pid === undefined) return
    process.kill(-pid, 'SIGTERM')
    await within(END_MS, this.ended)
  }
}

/** TCP_LISTEN of net/tcp_states.h, as /proc/net/tcp has it. */
const LISTEN = '0A'

function tableOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(1)
  } catch {
    return []
  }
}

/** Waits for the first of them, and no longer than that. */
async function within(ms: number, ...events: readonly Promise<void>[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([late, ...events])
  clearTimeout(timer)
}
