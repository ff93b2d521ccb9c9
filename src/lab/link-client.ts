import { readFile, unlink } from 'node:fs/promises'
import { createConnection, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { NetcmpError, systemError } from '../core/errors.ts'
import type { Link, LinkCut } from './link.ts'
import type { CutAnswer, LinkAnswer, LinkRequest } from './link-messages.ts'

/** A cut may take two seconds, and the writing of what is left of the log. */
const PATIENCE_MS = 15_000

type Asked = LinkRequest extends infer One ? (One extends LinkRequest ? Omit<One, 'id'> : never) : never

interface Waiting {
  readonly resolve: (answer: LinkAnswer) => void
  readonly reject: (error: NetcmpError) => void
}

/** A link, as another process has it. */
export interface ConnectedLink extends Link {
  /** Aborted, with why, when its maker has ended: no packet passes any more. */
  readonly gone: AbortSignal
}

/** The link whose maker listens at `path`. Throws REFUSED where none does. */
export async function connectLink(path: string): Promise<ConnectedLink> {
  const socket = createConnection({ path })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', (error) => reject(systemError(error, `link: cannot connect to ${path}`)))
  })
  const line = new ControlLine(socket)
  const { maker } = await line.ask({ ask: 'maker' })
  if (maker === undefined) throw new NetcmpError('PROTOCOL', 'link: its maker does not say what it is')
  return {
    maker,
    gone: line.gone,
    async impair({ up, down }) {
      await line.ask({ ask: 'impair', up, down })
    },
    async cut() {
      const { cut } = await line.ask({ ask: 'cut' })
      if (cut === undefined) throw new NetcmpError('PROTOCOL', 'link: its maker does not answer a cut')
      return taken(cut)
    },
    close: () => line.close(),
  }
}

async function taken({ log, ...rest }: CutAnswer): Promise<LinkCut> {
  if (log === null) return { log, ...rest }
  try {
    const bytes = await readFile(log)
    await unlink(log)
    return { log: bytes, ...rest }
  } catch (error) {
    throw systemError(error, `link: cannot read its log ${log}`)
  }
}

/** Requests to the maker of a link, and its answers. */
class ControlLine {
  readonly #socket: Socket
  readonly #waiting = new Map<number, Waiting>()
  readonly #gone = new AbortController()
  #lastId = 0
  #isLetGo = false
  #why = new NetcmpError('CLOSED', 'link: its maker has ended')

  constructor(socket: Socket) {
    this.#socket = socket
    // It is closed then, which says all.
    const onError = () => {}
    socket.on('error', onError).on('close', () => this.#fail())
    createInterface({ input: socket })
      .on('error', onError)
      .on('line', (line) => this.#heard(line))
    socket.unref()
  }

  get gone(): AbortSignal {
    return this.#gone.signal
  }

  async ask(request: Asked): Promise<LinkAnswer> {
    if (this.#socket.destroyed) throw this.#why
    const id = ++this.#lastId
    const timer = setTimeout(() => {
      this.#end(new NetcmpError('TIMEOUT', `link: its maker does not answer within ${PATIENCE_MS / 1000} s`))
    }, PATIENCE_MS)
    this.#socket.ref()
    try {
      const answer = await new Promise<LinkAnswer>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject })
        this.#socket.write(`${JSON.stringify({ ...request, id })}\n`)
      })
      if (answer.error !== undefined) throw new NetcmpError('BAD_VALUE', answer.error)
      return answer
    } finally {
      clearTimeout(timer)
      if (this.#waiting.size === 0) this.#socket.unref()
    }
  }

  async close(): Promise<void> {
    if (this.#socket.closed) return
    this.#isLetGo = true
    await new Promise<void>((resolve) => {
      this.#socket.ref().once('close', () => resolve())
      this.#end(new NetcmpError('CLOSED', 'link: it was let go of'))
    })
  }

  #heard(line: string): void {
    try {
      const answer: LinkAnswer = JSON.parse(line)
      this.#waiting.get(answer.id)?.resolve(answer)
      this.#waiting.delete(answer.id)
    } catch (cause) {
      this.#end(new NetcmpError('PROTOCOL', 'link: what answers there makes no link', { cause }))
    }
  }

  #end(why: NetcmpError): void {
    this.#why = why
    this.#socket.destroy()
  }

  #fail(): void {
    for (const { reject } of this.#waiting.values()) reject(this.#why)
    this.#waiting.clear()
    if (!this.#isLetGo) this.#gone.abort(this.#why)
  }
}
