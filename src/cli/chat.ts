import { createInterface } from 'node:readline'
import { parseHostPort } from '../core/address.ts'
import { NetcmpError } from '../core/errors.ts'
import { parseDuration } from '../core/units.ts'
import { printable } from '../report/text.ts'
import type { Endpoint } from '../transport/contract.ts'
import { dialPlain, type PlainFlags } from './dial-plain.ts'
import { oneTransport } from './flags.ts'
import { onInterrupt } from './interrupt.ts'

interface ChatFlags extends PlainFlags {
  name?: string
}

/** Longer than the challenge that a server may answer with: it never sends more than it was sent. */
const KNOCK_BYTES = 32

/** `netcmp chat HOST:PORT`: lines of standard input go to the room, lines of the room to standard output. */
export async function chatCommand(address: string, flags: ChatFlags): Promise<number> {
  const transport = oneTransport(flags.proto)
  parseHostPort(address)
  const endpoint = await dialPlain(transport, transport.chat, address, flags)
  const interrupt = onInterrupt('')
  const lines = createInterface({ input: process.stdin })
  const talk = new Talk(endpoint, `${transport.name}: ${address}`, flags.name)
  interrupt.signal.addEventListener('abort', () => lines.close())
  talk.onGone = () => lines.close()
  try {
    await talk.join(parseDuration(flags.timeout) / 1e6)
    for await (const line of lines) if (line.trim() !== '') await talk.say(line)
    // A pipe ends before the room has answered: hear one's own last line before leaving.
    if (!interrupt.signal.aborted) await talk.heardAll(parseDuration(flags.timeout) / 1e6)
    talk.leave()
  } finally {
    interrupt.release()
    process.stdin.destroy()
    await endpoint.close()
  }
  if (interrupt.signal.aborted) return 130
  if (talk.gone) throw talk.gone
  return 0
}

class Talk {
  gone: NetcmpError | undefined
  onGone: () => void = () => {}
  readonly #endpoint: Endpoint
  readonly #who: string
  readonly #name: string | undefined
  readonly #decoder = new TextDecoder()
  readonly #encoder = new TextEncoder()
  readonly #unheard: string[] = []
  #onLine: () => void = () => {}
  #joined = false
  #leaving = false

  constructor(endpoint: Endpoint, who: string, name: string | undefined) {
    this.#endpoint = endpoint
    this.#who = who
    this.#name = name
    endpoint.onMessage((bytes) => this.#hear(this.#decoder.decode(bytes)))
    endpoint.onClose((reason) => {
      if (this.#leaving) return
      this.gone = reason ?? new NetcmpError('CLOSED', `${who} closed the connection`)
      this.onGone()
      this.#onLine()
    })
  }

  /** Says hello and waits to be let in. */
  async join(timeoutMs: number): Promise<void> {
    const hello = this.#name === undefined ? '/who' : `/name ${this.#name}`
    this.#send(hello.padEnd(KNOCK_BYTES))
    await this.#until(() => this.#joined, timeoutMs)
    if (this.gone) throw this.gone
    if (!this.#joined) {
      throw new NetcmpError(
        'TIMEOUT',
        `${this.#who} does not answer: is it the chat port of a netcmp server?`,
      )
    }
  }

  async say(line: string): Promise<void> {
    this.#unheard.push(printable(line))
    this.#send(line)
    await this.#endpoint.drained().catch(() => {})
  }

  /** Resolves when the room has repeated every line that was said, or it takes too long. */
  heardAll(timeoutMs: number): Promise<void> {
    return this.#until(() => this.#unheard.every((line) => line.startsWith('/')), timeoutMs)
  }

  leave(): void {
    this.#leaving = true
    if (!this.gone) this.#send('/quit')
  }

  #hear(text: string): void {
    for (const line of text.split(/\r?\n/).map(printable)) {
      if (line === '') continue
      if (!this.#joined && /^\/join [0-9a-f]+$/.test(line)) {
        this.#send(line)
        if (this.#name !== undefined) this.#send(`/name ${this.#name}`)
        continue
      }
      this.#joined = true
      const said = this.#unheard.findIndex((mine) => line.endsWith(`: ${mine}`))
      if (said >= 0) this.#unheard.splice(said, 1)
      process.stdout.write(`${line}\n`)
    }
    this.#onLine()
  }

  #send(line: string): void {
    try {
      this.#endpoint.send(this.#encoder.encode(line))
    } catch (error) {
      this.gone ??= error as NetcmpError
    }
  }

  async #until(condition: () => boolean, timeoutMs: number): Promise<void> {
    if (condition() || this.gone) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs)
      this.#onLine = () => {
        if (!condition() && !this.gone) return
        clearTimeout(timer)
        resolve()
      }
    })
    this.#onLine = () => {}
  }
}
