import { createInterface } from 'node:readline'
import { parseHostPort } from '../core/address.ts'
import type { Nanos } from '../core/clock.ts'
import { NetcmpError } from '../core/errors.ts'
import { hostClock } from '../core/host-clock.ts'
import { parseDuration } from '../core/units.ts'
import { Histogram } from '../measure/histogram.ts'
import { formatValue } from '../report/format-value.ts'
import { printable } from '../report/text.ts'
import type { Endpoint, Transport } from '../transport/contract.ts'
import { dialPlain, type PlainFlags } from './dial-plain.ts'
import { oneTransport } from './flags.ts'
import { onInterrupt } from './interrupt.ts'
import { emit } from './output.ts'

const LONGEST_QUOTE = 60

/** The most of one answer that is kept: the server is not ours. */
const LONGEST_ANSWER_BYTES = 1024 * 1024

/** `netcmp echo HOST:PORT`: sends each line of standard input and prints its answer after its round trip. */
export async function echoCommand(address: string, flags: PlainFlags): Promise<number> {
  const transport = oneTransport(flags.proto)
  parseHostPort(address)
  const timeoutNs = parseDuration(flags.timeout)
  const endpoint = await dialPlain(transport, transport.echo, address, flags)
  const client = new EchoClient(transport, endpoint, timeoutNs)
  const interrupt = onInterrupt('')
  interrupt.signal.addEventListener('abort', () => client.leave())
  let askedAll = false
  try {
    askedAll = await askAll(client)
    client.leave()
  } finally {
    interrupt.release()
    process.stdin.destroy()
    // The process ends when that is done; whoever reads what is printed need not wait for it.
    void endpoint.close()
  }
  if (client.answeredCount > 0 || !client.gone) process.stderr.write(`${client.closingLine()}\n`)
  if (interrupt.signal.aborted) return 130
  if (client.gone && !(askedAll && client.isAllAnswered)) throw client.gone
  return client.sentCount > 0 && client.answeredCount === 0 ? 3 : 0
}

/** False where the far side was gone before the last line. */
async function askAll(client: EchoClient): Promise<boolean> {
  const lines = createInterface({ input: process.stdin })
  const { isTTY } = process.stdin
  // Of a pipe it shows at its end whether anything was left to ask; a person is told at once.
  client.onOver = () => {
    if (isTTY || !client.gone) lines.close()
  }
  prompt()
  for await (const line of lines) {
    if (client.isOver) return false
    await emit(`${await client.ask(line)}\n`, undefined)
    prompt()
  }
  return !(isTTY && client.gone)
}

function prompt(): void {
  if (process.stdin.isTTY && process.stderr.isTTY) process.stderr.write('> ')
}

/** Enough of a line to know it by. */
function briefly(line: string): string {
  const text = printable(line)
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text
}

class EchoClient {
  sentCount = 0
  answeredCount = 0
  #unsentCount = 0
  /** Why the far side, or the way to it, is gone. */
  gone: NetcmpError | undefined
  onOver: () => void = () => {}
  readonly #transport: Transport
  readonly #endpoint: Endpoint
  readonly #timeoutNs: number
  readonly #rtt = new Histogram()
  readonly #decoder = new TextDecoder()
  #onArrival: (bytes: Uint8Array, at: Nanos) => void = () => {}
  #giveUp: () => void = () => {}
  #leaving = false

  constructor(transport: Transport, endpoint: Endpoint, timeoutNs: number) {
    this.#transport = transport
    this.#endpoint = endpoint
    this.#timeoutNs = timeoutNs
    endpoint.onMessage((bytes, at) => this.#onArrival(bytes, at))
    endpoint.onClose((reason) => {
      if (this.#leaving) return
      this.#fail(
        reason ?? new NetcmpError('CLOSED', `${transport.name}: ${endpoint.remote} closed the connection`),
      )
    })
  }

  get isAllAnswered(): boolean {
    return this.#unsentCount === 0 && this.answeredCount === this.sentCount
  }

  get isOver(): boolean {
    return this.#leaving || this.gone !== undefined
  }

  /** Asks no more, and does not wait for an answer either. */
  leave(): void {
    this.#leaving = true
    this.#over()
  }

  #fail(reason: NetcmpError): void {
    this.gone ??= reason
    this.#over()
  }

  #over(): void {
    this.#giveUp()
    this.onOver()
  }

  /** Sends the line and waits for its answer: what to print about it. */
  async ask(line: string): Promise<string> {
    const framed = this.#transport.traits.boundaries === 'framed'
    const message = new TextEncoder().encode(framed ? `${line}\n` : line)
    const { bytes, rttNs, sent } = await this.#exchange(message)
    if (!sent) {
      this.#unsentCount++
      return `-  not sent: ${briefly(line)}`
    }
    if (rttNs === undefined) {
      const within = this.isOver ? '' : ` within ${formatValue(this.#timeoutNs, 'ns')}`
      return `-  no answer${within} to: ${briefly(line)}`
    }
    this.answeredCount++
    this.#rtt.record(rttNs)
    return `${formatValue(rttNs, 'ns').padStart(9)}  ${printable(this.#decoder.decode(bytes))}`
  }

  closingLine(): string {
    const rtt = (value: number | null) => formatValue(value, 'ns')
    const times =
      this.answeredCount > 0
        ? `; round trip ${rtt(this.#rtt.min)} shortest, ${rtt(this.#rtt.percentile(0.5))} median, ${rtt(this.#rtt.max)} longest`
        : ''
    return `${this.sentCount} sent, ${this.answeredCount} answered${times}`
  }

  /**
   * A datagram is one answer. Of a stream, an echo is whole when as many bytes are back as went out; what differs
   * from what was sent is another kind of answer, taken as it came.
   */
  async #exchange(
    message: Uint8Array,
  ): Promise<{ bytes: Uint8Array; rttNs: number | undefined; sent: boolean }> {
    const framed = this.#transport.traits.boundaries === 'framed'
    let bytes = Buffer.alloc(0)
    const sentAt = hostClock.now()
    let rttNs: number | undefined
    let sent = false
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#timeoutNs / 1e6)
      this.#giveUp = () => {
        clearTimeout(timer)
        resolve()
      }
      this.#onArrival = (chunk, at) => {
        bytes = Buffer.concat([bytes, chunk])
        rttNs = at - sentAt
        const echoed = bytes.length < message.length && bytes.equals(message.subarray(0, bytes.length))
        if (!framed || !echoed || bytes.length > LONGEST_ANSWER_BYTES) this.#giveUp()
      }
      try {
        this.#endpoint.send(message)
        this.sentCount++
        sent = true
      } catch (error) {
        this.#fail(error as NetcmpError)
      }
    })
    this.#onArrival = () => {}
    this.#giveUp = () => {}
    return { bytes, rttNs, sent }
  }
}
