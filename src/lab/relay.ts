import { readSync, rmSync } from 'node:fs'
import { systemError } from '../core/errors.ts'
import { AWAKE_NS, Spinning } from '../core/spinning.ts'
import { KernelClock } from '../native/kernel-clock.ts'
import { type Libc, loadLibc } from '../native/libc.ts'
import { LineServer } from '../native/line-server.ts'
import { PacketSocket } from '../native/packet-socket.ts'
import { PollSet } from '../native/poll-set.ts'
import { bePunctual } from '../native/punctual.ts'
import { DirectionCode } from '../packets/packet-log.ts'
import type { LinkConfig } from './impairments.ts'
import { type Controlled, obey } from './link-control.ts'
import type { CutAnswer } from './link-messages.ts'
import { LogWriter } from './log-writer.ts'
import { Pipeline } from './pipeline.ts'
import { relayMemory } from './relay-memory.ts'
import { Slots } from './slots.ts'
import { Way } from './way.ts'

/** So often those who steer it are heard, whatever passes. */
const HEARD_EVERY_NS = 1_000_000
const LONGEST_SLEEP_NS = 100_000_000
/** A piece of the log is written while nothing leaves for so long; or past so much that waits. */
const MOMENT_NS = 300_000
const MUCH_LOG_BYTES = 1024 * 1024
const LEAST_LOG_BYTES = 64 * 1024

/** Of what is waited for: both packet sockets, standard input, the control. */
const STDIN = 2
const FIRST_OF_CONTROL = 3
const MOST_POLLED = 16

/** Nothing came or left for so long: longer than TCP keeps an acknowledgement back. */
const QUIET_NS = 50_000_000
const LONGEST_CUT_NS = 2_000_000_000

export interface RelayOptions {
  /** The interface whose other end is the client's host, and the one whose other end is the server's. */
  readonly up: string
  readonly down: string
  /** The path of the socket by which it is steered. */
  readonly control: string
  readonly config: LinkConfig
  /** Where logs are written; undefined: there are none. */
  readonly logFolder: string | undefined
}

interface Cut {
  readonly done: (answer: CutAnswer) => void
  readonly latestNs: number
}

/**
 * Passes frames from one interface to another and back, and does to packets what its configuration says. It never returns
 * to node's event loop. Throws UNAVAILABLE, BAD_VALUE or CANNOT_BIND.
 */
export class Relay {
  readonly #clock: KernelClock
  readonly #polls: PollSet
  readonly #sockets: readonly PacketSocket[]
  readonly #pipelines: readonly [up: Pipeline, down: Pipeline]
  readonly #ways: readonly [up: Way, down: Way]
  readonly #log: LogWriter | undefined
  readonly #control: LineServer
  readonly #spinning = new Spinning()
  readonly #cuts: Cut[] = []
  readonly #controlPath: string
  #heardNs = 0
  #turnedNs = 0
  #isOver = false

  static async open(options: RelayOptions): Promise<Relay> {
    return new Relay(await loadLibc('link'), options)
  }

  private constructor(libc: Libc, { up, down, control, config, logFolder }: RelayOptions) {
    const { mtuBytes, seed } = config
    this.#clock = new KernelClock(libc)
    const memory = relayMemory(libc, mtuBytes)
    const { slotCount, rings, ways } = memory
    const sockets = [new PacketSocket(libc, up, rings[0]), new PacketSocket(libc, down, rings[1])] as const
    this.#sockets = sockets
    const now = this.#clock.now()
    const log = logFolder === undefined ? undefined : new LogWriter(memory.log, logFolder, mtuBytes, now)
    this.#log = log
    const wayOf = (direction: 0 | 1, pipeline: Pipeline, slots: Slots) => {
      const [near, far] = [sockets[direction], sockets[1 - direction] as PacketSocket]
      const place = ways[direction]
      return new Way({ libc, clock: this.#clock, direction, near, far, place, slots, pipeline, log })
    }
    const slots = [new Slots(slotCount), new Slots(slotCount)] as const
    this.#pipelines = [
      new Pipeline(slots[0], DirectionCode.up, seed),
      new Pipeline(slots[1], DirectionCode.down, seed),
    ]
    this.#ways = [
      wayOf(DirectionCode.up, this.#pipelines[0], slots[0]),
      wayOf(DirectionCode.down, this.#pipelines[1], slots[1]),
    ]
    this.#impair(config)
    this.#control = this.#listen(libc, control)
    this.#controlPath = control
    this.#polls = new PollSet(libc, MOST_POLLED)
    this.#watch()
    bePunctual(libc)
  }

  /** Passes packets until standard input ends. */
  run(): void {
    const [up, down] = this.#ways
    while (!this.#isOver) {
      const moved = up.send() + up.receive() + down.send() + down.receive() + up.send() + down.send()
      const now = this.#clock.now()
      this.#keepLog(now, moved)
      if (now - this.#heardNs >= HEARD_EVERY_NS) this.#hear(0)
      if (moved === 0) this.#rest(now)
      this.#turnedNs = this.#clock.now()
    }
    this.#close()
  }

  /** Steered over that path from now on. */
  #listen(libc: Libc, path: string): LineServer {
    const controlled: Controlled = {
      maker: 'relay',
      impair: (config, done) => {
        this.#impair(config)
        done()
      },
      cut: (done) => this.#cuts.push({ done, latestNs: this.#clock.now() + LONGEST_CUT_NS }),
    }
    try {
      return new LineServer(libc, path, (line, answer) => obey(controlled, line, answer))
    } catch (error) {
      throw systemError(error, `link: cannot listen at ${path}`)
    }
  }

  #impair({ up, down }: Pick<LinkConfig, 'up' | 'down'>): void {
    this.#pipelines[0].impair(up)
    this.#pipelines[1].impair(down)
  }

  #nextNs(): number {
    return Math.min(this.#ways[0].nextNs(), this.#ways[1].nextNs())
  }

  /** There is nothing to do until something comes, or the next one is to leave. */
  #rest(now: number): void {
    const ahead = Math.min(this.#nextNs() - now, LONGEST_SLEEP_NS)
    if (!this.#spinning.pays(now)) return this.#hear(ahead)
    if (ahead > AWAKE_NS) return this.#hear(ahead - AWAKE_NS)
    this.#spinning.idled(now - this.#turnedNs, now)
  }

  /** Packets have had their turn. */
  #hear(sleepNs: number): void {
    if (this.#polls.wait(this.#cuts.length > 0 ? Math.min(sleepNs, HEARD_EVERY_NS) : sleepNs)) this.#answer()
    this.#heardNs = this.#clock.now()
    if (this.#cuts.length > 0) this.#tryCut(this.#heardNs)
  }

  #answer(): void {
    if (this.#polls.isReady(STDIN)) this.#isOver = isStdinOver()
    const { fds } = this.#control
    const ready = fds.filter((_, n) => this.#polls.isReady(FIRST_OF_CONTROL + n))
    if (ready.length === 0) return
    for (const fd of ready) this.#control.ready(fd)
    this.#watch()
  }

  #watch(): void {
    const packets = this.#sockets.map(({ fd }) => fd)
    this.#polls.watch([...packets, 0, ...this.#control.fds])
  }

  #keepLog(now: number, moved: number): void {
    const waitingBytes = this.#log?.waitingBytes ?? 0
    const isTime = moved === 0 && waitingBytes >= LEAST_LOG_BYTES && this.#nextNs() - now > MOMENT_NS
    if (isTime || waitingBytes > MUCH_LOG_BYTES) this.#log?.flush()
  }

  #tryCut(now: number): void {
    const [up, down] = this.#ways
    const isQuiet = up.isEmpty() && down.isEmpty() && now - Math.max(up.activeNs, down.activeNs) >= QUIET_NS
    const { done, latestNs } = this.#cuts[0] as Cut
    if (!isQuiet && now < latestNs) return
    this.#cuts.shift()
    up.tellUnderWay()
    down.tellUnderWay()
    const { path: log, unloggedCount } = this.#log?.cut(now) ?? { path: null, unloggedCount: 0 }
    for (const pipeline of this.#pipelines) pipeline.beginRun()
    const counts = { up: up.tally.take(), down: down.tally.take() }
    done({ log, counts, unloggedCount, unseenCount: up.takeUnseenCount() + down.takeUnseenCount() })
  }

  #close(): void {
    this.#control.close()
    this.#log?.close()
    for (const socket of this.#sockets) socket.close()
    rmSync(this.#controlPath, { force: true })
  }
}

/** False: it was only spoken to. */
function isStdinOver(): boolean {
  try {
    return readSync(0, new Uint8Array(1024)) === 0
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EAGAIN'
  }
}
