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

/** The most of one answer that is kept: the server is not ours. */
const LONGEST_ANSWER_BYTES = 1024 * 1024

/** `netcmp echo HOST:PORT`: sends each line of standard input and prints its answer after its round trip. */
export async function echoCommand(address: string, flags: PlainFlags): Promise<number> {
  const transport = oneTransport(flags.proto)
  parseHostPort(address)
  const timeoutNs = parseDuration(flags.timeout)
  const endpoint = await dialPlain(transport, transport.echo, address, flags)
  const interrupt = onInterrupt('')
  const client = new EchoClient(transport, endpoint, timeoutNs)
  const lines = createInterface({ input: process.stdin })
  interrupt.signal.addEventListener('abort', () => lines.close())
  client.onGone = () => lines.close()
  try {
    prompt()
    for await (const line of lines) {
      await emit(`${await client.ask(line)}\n`, undefined)
      if (client.gone || interrupt.signal.aborted) break
      prompt()
    }
    if (!interrupt.signal.aborted && client.gone && client.sentCount === 0) throw client.gone
  } finally {
    interrupt.release()
    process.stdin.destroy()
    await endpoint.close()
    process.stderr.write(`${client.closingLine()}\n`)
  }
  if (client.gone && !interrupt.signal.aborted) throw client.gone
  if (interrupt.signal.aborted) return 130
  return client.sentCount > 0 && client.answeredCount === 0 ? 3 : 0
}

function prompt(): void {
  if (process.stdin.isTTY && process.stderr.isTTY) process.stderr.write('> ')
}

class EchoClient {
  sentCount = 0
  answeredCount = 0
  gone: NetcmpError | undefined
  onGone: () => void = () => {}
  readonly #transport: Transport
  readonly #endpoint: Endpoint
  readonly #timeoutNs: number
  readonly #rtt = new Histogram()
  readonly #decoder = new TextDecoder()
  #onArrival: (bytes: Uint8Array, at: Nanos) => void = () => {}
  #giveUp: () => void = () => {}

  constructor(transport: Transport, endpoint: Endpoint, timeoutNs: number) {
    this.#transport = transport
    this.#endpoint = endpoint
    this.#timeoutNs = timeoutNs
    endpoint.onMessage((bytes, at) => this.#onArrival(bytes, at))
    endpoint.onClose((reason) => {
      this.gone =
        reason ?? new NetcmpError('CLOSED', `${transport.name}: ${endpoint.remote} closed the connection`)
      this.#giveUp()
      this.onGone()
    })
  }

  /** Sends the line and waits for its answer: what to print about it. */
  async ask(line: string): Promise<string> {
    const framed = this.#transport.traits.boundaries === 'framed'
    const message = new TextEncoder().encode(framed ? `${line}\n` : line)
    const { bytes, rttNs } = await this.#exchange(message)
    if (rttNs === undefined) {
      const seconds = formatValue(this.#timeoutNs, 'ns')
      return `-  no answer ${this.gone ? '' : `within ${seconds} `}to: ${printable(line)}`.replace(
        '  to',
        ' to',
      )
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
  async #exchange(message: Uint8Array): Promise<{ bytes: Uint8Array; rttNs: number | undefined }> {
    const framed = this.#transport.traits.boundaries === 'framed'
    let bytes = Buffer.alloc(0)
    const sentAt = hostClock.now()
    let rttNs: number | undefined
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
      if (this.gone) return this.#giveUp()
      this.sentCount++
      try {
        this.#endpoint.send(message)
      } catch (error) {
        this.gone = error as NetcmpError
        this.#giveUp()
      }
    })
    this.#onArrival = () => {}
    this.#giveUp = () => {}
    return { bytes, rttNs }
  }
}
