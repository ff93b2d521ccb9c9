import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { afterAll } from 'vitest'
import { isNative } from '../native/is-native.ts'

/** The command as it is shipped. */
export const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url))

/** What nothing here may take longer than, however busy the machine: then it hangs, and the test fails. */
const PATIENCE_MS = 30_000

export interface Outcome {
  /** Exit code; null where a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

type Stream = 'stdout' | 'stderr'
type Environment = Readonly<Record<string, string>>

const running = new Set<Running>()

afterAll(() => {
  for (const each of running) each.signal('SIGKILL')
})

/** A process that a test started. */
export class Running implements Outcome {
  stdout = ''
  /** As it came. */
  allStderr = ''
  code: number | null = null
  isOver = false
  readonly child: ChildProcess
  readonly #ended: Promise<void>
  #onOutput: () => void = () => {}

  constructor(file: string, args: readonly string[], env: Environment = {}) {
    const {
      NO_COLOR: _no,
      FORCE_COLOR: _force,
      NODE_OPTIONS: _options,
      COLUMNS: _columns,
      ...inherited
    } = process.env
    this.child = spawn(file, args, { stdio: 'pipe', env: { ...inherited, ...env } })
    running.add(this)
    for (const stream of ['stdout', 'stderr'] as const) {
      this.child[stream]?.setEncoding('utf8').on('data', (text: string) => {
        if (stream === 'stdout') this.stdout += text
        else this.allStderr += text
        this.#onOutput()
      })
    }
    // A process may end before it has read all that it is told.
    this.child.stdin?.on('error', () => {})
    this.#ended = new Promise((resolve) => {
      this.child.once('close', (code) => {
        running.delete(this)
        this.code = code
        this.isOver = true
        this.#onOutput()
        resolve()
      })
      this.child.once('error', (error) => {
        this.allStderr += String(error)
      })
    })
  }

  /** But for what a computer without the native engine says of that. */
  get stderr(): string {
    return isNative ? this.allStderr : this.allStderr.replace(/^netcmp: node’s sockets were used, .*\n/m, '')
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  say(text: string): void {
    this.child.stdin?.write(text)
  }

  hangUp(): void {
    this.child.stdin?.end()
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name)
  }

  /** Waits until what it has printed so far matches. */
  async prints(pattern: RegExp, stream: Stream = 'stdout'): Promise<RegExpExecArray> {
    let found: RegExpExecArray | null = null
    await this.#within(
      `does not print ${pattern}`,
      new Promise<void>((resolve) => {
        this.#onOutput = () => {
          found = pattern.exec(this[stream])
          if (found || this.isOver) resolve()
        }
        this.#onOutput()
      }),
    )
    if (found === null) throw new Error(`ended without ${pattern}: ${this.#shown()}`)
    return found
  }

  /** Waits until it has ended by itself. */
  async exit(withinMs = PATIENCE_MS): Promise<Outcome> {
    await this.#within('does not end', this.#ended, withinMs)
    return { code: this.code, stdout: this.stdout, stderr: this.stderr }
  }

  async #within(what: string, event: Promise<void>, withinMs = PATIENCE_MS): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${what}: ${this.#shown()}`)), withinMs)
    })
    try {
      await Promise.race([event, late])
    } finally {
      clearTimeout(timer)
    }
  }

  #shown(): string {
    const { spawnargs, exitCode } = this.child
    return `${spawnargs.join(' ')} (exit ${exitCode})\nstdout: ${this.stdout.slice(-2000)}\nstderr: ${this.stderr.slice(-2000)}`
  }
}

/** Starts `netcmp` with the arguments. */
export function startNetcmp(args: readonly string[], env?: Environment): Running {
  return new Running(process.execPath, [BIN, ...args], env)
}

/** Runs `netcmp` to its end. */
export function netcmp(args: readonly string[], input = '', env?: Environment): Promise<Outcome> {
  const command = startNetcmp(args, env)
  command.say(input)
  command.hangUp()
  return command.exit()
}

export interface Served {
  readonly server: Running
  /** Of measurement; plain echo is one above, plain chat two. */
  readonly port: number
}

/** A `netcmp serve` on any free ports, ready. */
export async function startServe(args: readonly string[] = [], env?: Environment): Promise<Served> {
  const server = startNetcmp(['serve', '--port', '0', ...args], env)
  const [, port] = await server.prints(/measurement .*?:(\d+)[\s\S]*Ctrl-C ends it\.\n/)
  return { server, port: Number(port) }
}

/** Lines as they look on the screen. */
export function linesOf(text: string): string[] {
  return stripVTControlCharacters(text).replace(/\n$/, '').split('\n')
}
