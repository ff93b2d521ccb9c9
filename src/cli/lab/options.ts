import { settle } from '../../compare/settings.ts'
import { NetcmpError } from '../../core/errors.ts'
import { NS_PER_MS } from '../../core/units.ts'
import { type LinkFlags, linkConfigOf } from '../../lab/impairment-options.ts'
import type { LinkConfig } from '../../lab/impairments.ts'
import { places } from '../../lab/places.ts'
import { isThere } from '../../lab/programs.ts'
import { findTransport } from '../../registry.ts'
import type { Transport } from '../../transport/contract.ts'
import { type CompareFlags, familyOf, names, type SocketFlags, settingsOf, socketOf } from '../flags.ts'
import { parseLimit } from '../limits.ts'
import { checkWritable } from '../output.ts'
import { DEFAULT_PORT } from '../serve.ts'
import { CONTROL, type LabPlan, type LabWork, type LinkMaker } from './plan.ts'
import { settingsOver, timeoutNs } from './times.ts'

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
  checkRate(flags.rate)
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
    check(timed, config)
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

/** What a link carries is not what is sent over it. Throws BAD_VALUE. */
export function checkRate(rate: string | undefined): void {
  if (rate === undefined || !/\dbit|\d[kmg]bit/i.test(rate)) return
  const why = `--rate "${rate}" is not messages per second, which it takes`
  throw new NetcmpError('BAD_VALUE', `netcmp: ${why} (the link's rate: --link-rate ${rate})`)
}

/** All that can be wrong with a comparison and does not depend on where it runs. */
function check(flags: LabFlags, link: LinkConfig): void {
  const transports = transportsInLab(flags.proto)
  const socket = socketOf(flags)
  const { workloads } = settle(transports, {
    ...settingsOver(link),
    ...settingsOf(flags),
    ...(socket ? { socket } : {}),
  })
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

/** What both ends of a comparison have to be told. */
export function serverFlags({ engine, spin, dscp, tos, ttl, buffer, congestion }: SocketFlags): string[] {
  const values = { engine, dscp, tos, ttl, buffer, congestion }
  const given = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  )
  return spin ? [...given, '--spin'] : given
}
