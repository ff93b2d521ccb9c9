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

/** How every line of a room begins: a notice, or a name. */
const SPOKEN_BY_A_ROOM = /^(\* |[\p{L}\p{N}_.-]+: )/u

/** `netcmp chat HOST:PORT`: lines of standard input go to the room, lines of the room to standard output. */
export async function chatCommand(address: string, flags: ChatFlags): Promise<number> {
  const transport = oneTransport(flags.proto)
  const timeoutMs = parseDuration(flags.timeout) / 1e6
  parseHostPort(address)
  const endpoint = await dialPlain(transport, transport.chat, address, flags)
  const talk = new Talk(endpoint, `${transport.name}: ${address}`, flags.name)
  const interrupt = onInterrupt('')
  interrupt.signal.addEventListener('abort', () => talk.leave())
  try {
    await talk.join(timeoutMs)
    if (!talk.isOver) await sayAll(talk)
    // A pipe ends before the room has answered: hear one's own last line before leaving.
    await talk.heardAll(timeoutMs)
    talk.leave()
  } finally {
    interrupt.release()
    process.stdin.destroy()
    // The process ends when that is done; whoever reads what is printed need not wait for it.
    void endpoint.close()
  }
  if (interrupt.signal.aborted) return 130
  if (talk.gone) throw talk.gone
  return 0
}

/** Reads from now on, not sooner: lines that come before somebody iterates would be lost. */
async function sayAll(talk: Talk): Promise<void> {
  const lines = createInterface({ input: process.stdin })
  talk.onOver = () => lines.close()
  for await (const line of lines) {
    if (talk.isOver || line.trim() === '/quit') break
    if (line.trim() !== '') await talk.say(line)
  }
}

class Talk {
  /** Why the far side, or the way to it, is gone. */
  gone: NetcmpError | undefined
  onOver: () => void = () => {}
  readonly #endpoint: Endpoint
  readonly #who: string
  readonly #name: string | undefined
  readonly #decoder = new TextDecoder()
  readonly #encoder = new TextEncoder()
  readonly #unheard: string[] = []
  #onChange: () => void = () => {}
  #joined = false
  #leaving = false

  constructor(endpoint: Endpoint, who: string, name: string | undefined) {
    this.#endpoint = endpoint
    this.#who = who
    this.#name = name
    endpoint.onMessage((bytes) => this.#hear(this.#decoder.decode(bytes)))
    endpoint.onClose((reason) => {
      if (!this.#leaving) this.#fail(reason ?? new NetcmpError('CLOSED', `${who} closed the connection`))
    })
  }

  get isOver(): boolean {
    return this.#leaving || this.gone !== undefined
  }

  /** Says hello and waits to be let in. */
  async join(timeoutMs: number): Promise<void> {
    const hello = this.#name === undefined ? '/who' : `/name ${this.#name}`
    this.#send(hello.padEnd(KNOCK_BYTES))
    await this.#until(() => this.#joined, timeoutMs)
    if (this.gone) throw this.gone
    if (!this.#joined && !this.#leaving) {
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
    if (this.isOver) return
    this.#send('/quit')
    this.#leaving = true
    this.#changed()
  }

  #hear(text: string): void {
    for (const line of text.split(/\r?\n/).map(printable)) {
      if (line === '') continue
      if (!this.#joined && /^\/join [0-9a-f]+$/.test(line)) {
        this.#send(line)
        if (this.#name !== undefined) this.#send(`/name ${this.#name}`)
        continue
      }
      if (!this.#joined && !SPOKEN_BY_A_ROOM.test(line)) return this.#fail(this.#noRoom(line))
      this.#joined = true
      const said = this.#unheard.findIndex((mine) => line.endsWith(`: ${mine}`))
      if (said >= 0) this.#unheard.splice(said, 1)
      process.stdout.write(`${line}\n`)
    }
    this.#changed()
  }

  #noRoom(line: string): NetcmpError {
    const answer = line.length > 40 ? `${line.slice(0, 40)}…` : line
    return new NetcmpError(
      'PROTOCOL',
      `${this.#who} is not the chat port of a netcmp server: it answers "${answer}"`,
    )
  }

  #fail(reason: NetcmpError): void {
    this.gone ??= reason
    this.#changed()
  }

  #changed(): void {
    if (this.isOver) this.onOver()
    this.#onChange()
  }

  #send(line: string): void {
    try {
      this.#endpoint.send(this.#encoder.encode(line))
    } catch (error) {
      this.#fail(error as NetcmpError)
    }
  }

  async #until(condition: () => boolean, timeoutMs: number): Promise<void> {
    if (condition() || this.isOver) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs)
      this.#onChange = () => {
        if (!condition() && !this.isOver) return
        clearTimeout(timer)
        resolve()
      }
    })
    this.#onChange = () => {}
  }
}
