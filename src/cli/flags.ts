import { checkedSocket, type GivenSettings } from '../compare/settings.ts'
import type { Family } from '../core/address.ts'
import { NetcmpError } from '../core/errors.ts'
import { parseDscp, parseTos } from '../core/traffic-class.ts'
import { parseDuration, parseRate, parseSize } from '../core/units.ts'
import { findTransport } from '../registry.ts'
import type { SocketOptions, Transport } from '../transport/contract.ts'
import { type WorkloadName, workloadNames } from '../workload/names.ts'
import type { EngineName } from './engine.ts'

/** Flags that say how packets leave. */
export interface SocketFlags {
  engine: EngineName
  spin?: boolean
  dscp?: string
  tos?: string
  ttl?: string
  buffer?: string
  congestion?: string
}

/** Flags of the comparison, as commander gives them. */
export interface CompareFlags extends SocketFlags {
  proto: string
  workload?: string
  size?: string
  rate?: string
  bulkRate?: string
  duration?: string
  total?: string
  blocks: string
  members: string
  streams: string
  direction: 'up' | 'down' | 'both'
  timeout?: string
  verify?: boolean
  key?: string
  as?: string
  seed: string
  nagle?: boolean
  bind?: string
  mtuProbe?: boolean
  ipv4?: boolean
  ipv6?: boolean
  failOn?: string[]
  format: 'table' | 'json' | 'csv' | 'markdown'
  jsonStream?: boolean
  output?: string
  /** In a lab. */
  pcap?: string
  interval?: string
  quiet?: boolean
  progress: boolean
  color: boolean
  /** Where the link of the lab is controlled in which this runs. */
  linkControl?: string
}

export function settingsOf(flags: CompareFlags): GivenSettings {
  return {
    ...(flags.workload === undefined
      ? {}
      : { workloads: names('--workload', flags.workload).map(workloadOf) }),
    ...(flags.size === undefined ? {} : { sizeBytes: parseSize(flags.size) }),
    ...(flags.rate === undefined ? {} : { ratePerSec: parseRate(flags.rate) }),
    ...(flags.bulkRate === undefined ? {} : { bulkRatePerSec: parseRate(flags.bulkRate) }),
    ...(flags.duration === undefined ? {} : { durationNs: parseDuration(flags.duration) }),
    ...(flags.total === undefined ? {} : { totalBytes: parseSize(flags.total) }),
    blocks: wholeNumber('--blocks', flags.blocks),
    members: wholeNumber('--members', flags.members),
    streams: wholeNumber('--streams', flags.streams),
    direction: flags.direction,
    ...(flags.timeout === undefined ? {} : { timeoutNs: parseDuration(flags.timeout) }),
    seed: wholeNumber('--seed', flags.seed),
    nagle: flags.nagle === true,
    verify: flags.verify === true,
    family: familyOf(flags),
    ...(flags.bind === undefined ? {} : { bind: flags.bind }),
    ...leaving(socketOf(flags)),
  }
}

const leaving = (socket: SocketOptions | undefined) => (socket === undefined ? {} : { socket })

/** How packets leave, but for what drives the sockets; undefined where nothing is asked for. */
export function socketOf({
  spin,
  dscp,
  tos,
  ttl,
  buffer,
  congestion,
}: SocketFlags): SocketOptions | undefined {
  if (dscp !== undefined && tos !== undefined) {
    throw new NetcmpError('BAD_VALUE', 'netcmp: --dscp and --tos exclude each other: they set the same byte')
  }
  const trafficClass = dscp !== undefined ? parseDscp(dscp) : tos !== undefined ? parseTos(tos) : undefined
  const socket = {
    ...(spin ? { spin } : {}),
    ...(trafficClass === undefined ? {} : { trafficClass }),
    ...(ttl === undefined ? {} : { ttl: wholeNumber('--ttl', ttl) }),
    ...(buffer === undefined ? {} : { bufferBytes: parseSize(buffer) }),
    ...(congestion === undefined ? {} : { congestion }),
  }
  return Object.keys(socket).length > 0 ? checkedSocket(socket) : undefined
}

export function familyOf(flags: { ipv4?: boolean; ipv6?: boolean }): Family {
  if (flags.ipv4 && flags.ipv6) throw new NetcmpError('BAD_VALUE', 'netcmp: -4 and -6 exclude each other')
  return flags.ipv4 ? 4 : flags.ipv6 ? 6 : 0
}

/** The transports of `--proto`, each usable on this host. */
export function transportsOf(proto: string): Transport[] {
  return names('--proto', proto).map((name) => {
    const transport = findTransport(name)
    const why = transport.unavailable()
    if (why !== undefined)
      throw new NetcmpError('UNAVAILABLE', `${name}: this computer cannot run it: ${why}`)
    return transport
  })
}

export function oneTransport(proto: string): Transport {
  const [only, ...more] = transportsOf(proto)
  if (only !== undefined && more.length === 0) return only
  throw new NetcmpError(
    'BAD_VALUE',
    `netcmp: --proto takes one transport here, as tcp or udp, not "${proto}"`,
  )
}

export function wholeNumber(flag: string, text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text)
  throw new NetcmpError('BAD_VALUE', `netcmp: ${flag} takes a whole number, not "${text}"`)
}

export function portOf(text: string): number {
  const port = wholeNumber('--port', text)
  if (port > 65_533)
    throw new NetcmpError(
      'BAD_VALUE',
      `netcmp: --port ${port} is out of range (0 to 65533: three in a row are used)`,
    )
  return port
}

/** What a list between commas names, each once. */
export function names(flag: string, list: string): string[] {
  const found = list
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
  const twice = found.find((name, index) => found.indexOf(name) !== index)
  if (twice !== undefined) throw new NetcmpError('BAD_VALUE', `netcmp: ${flag} names ${twice} twice`)
  if (found.length === 0) throw new NetcmpError('BAD_VALUE', `netcmp: ${flag} "${list}" names nothing`)
  return found
}

function workloadOf(name: string): WorkloadName {
  const found = workloadNames.find((known) => known === name)
  if (found) return found
  throw new NetcmpError('BAD_VALUE', `netcmp: no workload "${name}" (there are ${workloadNames.join(', ')})`)
}
