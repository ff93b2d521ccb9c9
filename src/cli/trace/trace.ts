import { NetcmpError } from '../../core/errors.ts'
import { parseDuration, parseRate, parseSize } from '../../core/units.ts'
import { type LinkFlags, linkConfigOf } from '../../lab/impairment-options.ts'
import type { LinkConfig } from '../../lab/impairments.ts'
import { places } from '../../lab/places.ts'
import { findTransport } from '../../registry.ts'
import { noMermaid, type TraceFormat } from '../../report/trace/render.ts'
import { LEAST_NUMBERED_BYTES } from '../../wire/numbered-text.ts'
import { names, wholeNumber } from '../flags.ts'
import { runLab } from '../lab/lab.ts'
import { checkWritable, coloured, columns } from '../output.ts'
import { patienceOf, patienceOver } from './patience.ts'
import type { TracedTransport, TracePlan } from './plan.ts'

/** Flags of `netcmp trace`, as commander gives them. */
export interface TraceFlags extends Omit<LinkFlags, 'seed'> {
  proto: string
  messages: string
  size: string
  rate?: string
  timeout?: string
  halfOpen: string
  ipv6?: boolean
  seed: string
  socketCalls?: boolean
  timeline?: boolean
  pcap?: string
  format: TraceFormat
  output?: string
  color: boolean
}

const DEFAULT_DELAY = '20ms'
/** More than anybody looks at, and what both ends keep in memory. */
const MOST_MESSAGES = 10_000
const MOST_BYTES = 16 * 1024 * 1024

/** `netcmp trace`: has two hosts of its own talk, and draws what was on the link between them. */
export async function traceCommand(flags: TraceFlags, typed: readonly string[]): Promise<number> {
  const link = { maker: 'relay' as const, ...linkConfigOf({ ...flags, delay: flags.delay ?? DEFAULT_DELAY }) }
  const trace = planOf(flags, link, typed)
  checkWritable(flags.output)
  checkWritable(flags.pcap)
  return runLab({
    link,
    work: { kind: 'trace', trace },
    listen: trace.host,
    serverFlags: [],
    serve: undefined,
  })
}

/** Reads and checks all of it, before anything is made. Throws BAD_VALUE. */
function planOf(flags: TraceFlags, link: LinkConfig, typed: readonly string[]): TracePlan {
  const transports = names('--proto', flags.proto).map(traced)
  const messages = numberOf('--messages', flags.messages, 1, MOST_MESSAGES)
  const sizeBytes = parseSize(flags.size)
  if (sizeBytes < LEAST_NUMBERED_BYTES) {
    throw bad(
      `--size ${flags.size} is too small: a message says its number, which takes ${LEAST_NUMBERED_BYTES} B`,
    )
  }
  for (const name of transports) checkSize(name, sizeBytes)
  if (messages * sizeBytes > MOST_BYTES) {
    throw bad(
      `${messages} messages of ${sizeBytes} B are too many to draw (at most ${MOST_BYTES / 1024 / 1024} MiB)`,
    )
  }
  const ratePerSec = flags.rate === undefined ? null : parseRate(flags.rate)
  if (ratePerSec === 'max') throw bad('--rate takes a number here, as 1000')
  if (flags.timeline && flags.format === 'mermaid') throw noMermaid()
  if (flags.timeline && flags.socketCalls)
    throw bad('--timeline shows no --socket-calls: leave one of them out')
  const said = { messages, sizeBytes, ratePerSec }
  const patience =
    flags.timeout === undefined ? patienceOver({ ...said, link }) : patienceOf(parseDuration(flags.timeout))
  return {
    transports,
    host: places.server[flags.ipv6 ? 'ipv6' : 'ipv4'],
    config: {
      view: flags.timeline ? 'timeline' : 'ladder',
      ...said,
      timeoutNs: patience.udpNs,
      halfOpenNs: flags.halfOpen === '0' ? 0 : parseDuration(flags.halfOpen),
    },
    tcpPatienceNs: patience.tcpNs,
    recordsCalls: flags.socketCalls === true,
    pcap: flags.pcap,
    format: flags.format,
    output: flags.output,
    columns: flags.output === undefined ? columns() : 80,
    color: coloured(flags),
    command: typed,
  }
}

function traced(name: string): TracedTransport {
  if (name === 'tcp' || name === 'udp') return name
  findTransport(name)
  throw bad(`${name} cannot be traced: only tcp and udp can`)
}

function checkSize(name: TracedTransport, sizeBytes: number): void {
  const { maxMessageBytes } = findTransport(name).traits
  if (sizeBytes > maxMessageBytes) throw bad(`--size: ${name} carries at most ${maxMessageBytes} B`)
}

function numberOf(flag: string, text: string, least: number, most: number): number {
  const value = wholeNumber(flag, text)
  if (value >= least && value <= most) return value
  throw bad(`${flag} takes ${least} to ${most}, not ${text}`)
}

function bad(why: string): NetcmpError {
  return new NetcmpError('BAD_VALUE', `netcmp: ${why}`)
}
