import { settle } from '../compare/settings.ts'
import { NetcmpError } from '../core/errors.ts'
import { NS_PER_MS, NS_PER_SEC } from '../core/units.ts'
import { type LinkFlags, linkConfigOf } from '../lab/impairment-options.ts'
import type { Impairments, LinkConfig } from '../lab/impairments.ts'
import { places } from '../lab/places.ts'
import { isThere } from '../lab/programs.ts'
import { findTransport } from '../registry.ts'
import type { Transport } from '../transport/contract.ts'
import { type CompareFlags, familyOf, names, type SocketFlags, settingsOf, socketOf } from './flags.ts'
import { CONTROL, type LabPlan, type LabWork, type LinkMaker } from './lab-plan.ts'
import { parseLimit } from './limits.ts'
import { checkWritable } from './output.ts'
import { DEFAULT_PORT } from './serve.ts'

/** Flags of `netcmp lab`, as commander gives them. The seed is the comparison's and the link's. */
export interface LabFlags extends CompareFlags, Omit<LinkFlags, 'seed'> {
  link: LinkMaker
  serve?: string
}

/** What is to stand behind `netcmp lab`. */
export type Wanted =
  | { readonly kind: 'comparison' }
  | { readonly kind: 'shell' }
  | { readonly kind: 'command'; readonly command: readonly string[] }

/** Reads and checks all of it, before anything is made. `typed` is what a document says was typed. Throws BAD_VALUE. */
export function labPlan(flags: LabFlags, wanted: Wanted, typed: readonly string[]): LabPlan {
  const config = linkConfigOf(flags)
  const work = workOf(flags, wanted, config, typed)
  return {
    link: { maker: flags.link, ...config },
    work,
    listen: work.kind === 'comparison' ? places.server[familyOf(flags) === 6 ? 'ipv6' : 'ipv4'] : '::',
    serverFlags: serverFlags(flags),
    serve: flags.serve,
  }
}

function workOf(flags: LabFlags, wanted: Wanted, config: LinkConfig, typed: readonly string[]): LabWork {
  if (wanted.kind === 'comparison') {
    const timed = { ...flags, timeout: flags.timeout ?? `${timeoutNs(config) / NS_PER_MS}ms` }
    check(timed)
    const target = familyOf(flags) === 6 ? 'server6' : 'server'
    return {
      kind: 'comparison',
      comparison: { target, flags: { ...timed, linkControl: CONTROL }, command: typed },
    }
  }
  if (wanted.kind === 'shell') return { kind: 'shell', command: [process.env.SHELL || 'sh'] }
  const [program = ''] = wanted.command
  if (program.includes('/') || isThere(program, process.env)) return wanted
  throw new NetcmpError(
    'BAD_VALUE',
    `lab: no program "${program}" on this computer (install it, or name its path)`,
  )
}

/** All that can be wrong with a comparison and does not depend on where it runs. */
function check(flags: LabFlags): void {
  const transports = transportsInLab(flags.proto)
  const socket = socketOf(flags)
  const { workloads } = settle(transports, { ...settingsOf(flags), ...(socket ? { socket } : {}) })
  const run = { transports: transports.map(({ name }) => name), workloads }
  for (const text of flags.failOn ?? []) parseLimit(text, run)
  checkWritable(flags.output)
  if (flags.pcap !== undefined && flags.link === 'netem') {
    const why = 'the kernel’s netem keeps no packets'
    throw new NetcmpError('BAD_VALUE', `lab: --pcap is of the relay: ${why} (leave out --link netem)`)
  }
  checkWritable(flags.pcap)
}

/** Those of `--proto`, each able to reach another host. Throws BAD_VALUE. */
export function transportsInLab(proto: string): Transport[] {
  const transports = names('--proto', proto).map(findTransport)
  const hostless = transports.find(({ at }) => at(places.server.ipv4, DEFAULT_PORT) === undefined)
  if (hostless) {
    throw new NetcmpError('BAD_VALUE', `${hostless.name}: reaches no other host (take it out of --proto)`)
  }
  return transports
}

/** TCP sends a first packet again after a second: what was lost once is to arrive, with the link's delay, before it counts as lost. */
export function timeoutNs({ up, down, mtuBytes }: LinkConfig): number {
  const roundTripNs = longestNs(up, mtuBytes) + longestNs(down, mtuBytes)
  return Math.min(MOST_NS, NS_PER_SEC + Math.ceil((4 * roundTripNs) / NS_PER_MS) * NS_PER_MS)
}

const MOST_NS = 60 * NS_PER_SEC

/** How long a packet is under way at most, behind a full queue. */
function longestNs({ delayNs, jitterNs, bitsPerSec, queuePackets }: Impairments, mtuBytes: number): number {
  const queuedNs = bitsPerSec === null ? 0 : (queuePackets * mtuBytes * 8 * NS_PER_SEC) / bitsPerSec
  return delayNs + jitterNs + queuedNs
}

/** What both ends of a comparison have to be told. */
export function serverFlags({ engine, spin, dscp, tos, ttl, buffer, congestion }: SocketFlags): string[] {
  const values = { engine, dscp, tos, ttl, buffer, congestion }
  const given = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  )
  return spin ? [...given, '--spin'] : given
}
