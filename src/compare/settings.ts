import { type Family, ipVersion } from '../core/address.ts'
import { NetcmpError } from '../core/errors.ts'
import { NS_PER_MS, NS_PER_SEC, type Rate } from '../core/units.ts'
import { SEAL_BYTES } from '../drive/sealed-endpoint.ts'
import type { SocketOptions, Transport } from '../transport/contract.ts'
import { echoedFrom } from '../workload/echo.ts'
import type { Job } from '../workload/job.ts'
import type { WorkloadName } from '../workload/names.ts'
import { hostAnswered, workloadsFor } from './host-answers.ts'

/** What a comparison runs: the same for every transport. */
export interface Settings {
  readonly workloads: readonly WorkloadName[]
  /** Message of echo, connect and chat, header included. */
  readonly sizeBytes: number
  /** Message of bulk, by transport. */
  readonly bulkSizeBytes: Readonly<Record<string, number>>
  readonly ratePerSec: Rate
  readonly bulkRatePerSec: Rate
  /** Of one run; connect may end sooner, or dial a few times more. */
  readonly durationNs: number
  /** Of echo and bulk: a run ends when so many bytes were sent, in whole messages. Undefined: it lasts its time. */
  readonly totalBytes?: number
  /** The first warms up and is not counted, where there is more than one. */
  readonly blocks: number
  readonly seed: number
  readonly timeoutNs: number
  /** How long a server that says nothing is waited for; default, and at least: the timeout. */
  readonly patienceNs?: number
  readonly members: number
  readonly streams: number
  readonly direction: 'up' | 'down' | 'both'
  readonly nagle: boolean
  readonly family: Family
  /** The numeric address of this host to dial from; undefined: the system chooses. */
  readonly bind?: string
  /** How packets leave, where it is not as the system has it. */
  readonly socket?: SocketOptions
  /** Every message carries a seal made with a shared key. */
  readonly sealed: boolean
  /** Every byte of bulk’s messages and of echo’s answers is checked. */
  readonly verify: boolean
}

/** As a caller gives them: what is left out takes its default. One size or rate given counts for bulk too. */
export interface GivenSettings extends Partial<Omit<Settings, 'bulkSizeBytes'>> {
  /** Of bulk's messages over a byte stream where no size is given; default: the largest. */
  readonly streamBytes?: number
}

/** The header of a message is its smallest size, but for echo’s. */
const LEAST_BYTES = 32
/** Of a socket: Linux takes no less for sending (socket(7)). */
const LEAST_BUFFER_BYTES = 4096
/** What fits an Ethernet frame whole, after the headers of IPv4 and UDP. */
const DATAGRAM_BYTES = 1472
/** How long a run with a fixed length may take, where nobody says. */
const TOTAL_WITHIN_NS = 10 * NS_PER_SEC

/** Fills in the defaults and checks every bound. Throws BAD_VALUE, in one line that names the setting. */
export function settle(transports: readonly Transport[], given: GivenSettings): Settings {
  const sealBytes = given.sealed ? SEAL_BYTES : 0
  const workloads = workloadsFor(transports, given.workloads)
  const largest = Math.min(...transports.map(({ traits }) => traits.maxMessageBytes)) - sealBytes
  const timeoutNs =
    within('timeout', (given.timeoutNs ?? NS_PER_SEC) / NS_PER_MS, 1, 60_000, 'ms') * NS_PER_MS
  const settings: Settings = {
    workloads,
    sizeBytes: within('size', given.sizeBytes ?? 64, leastBytes(workloads), largest, 'B'),
    bulkSizeBytes: Object.fromEntries(
      transports.map(({ name, traits }) => [name, given.sizeBytes ?? bulkDefault(traits, given) - sealBytes]),
    ),
    ratePerSec: given.ratePerSec ?? 1000,
    bulkRatePerSec: given.bulkRatePerSec ?? given.ratePerSec ?? 'max',
    durationNs:
      within(
        'duration',
        (given.durationNs ?? defaultDurationNs(transports.length, given)) / NS_PER_MS,
        1,
        3600_000,
        'ms',
      ) * NS_PER_MS,
    ...inAll(given),
    blocks: within('blocks', given.blocks ?? 10, 1, 1000),
    seed: within('seed', given.seed ?? 1, 0, Number.MAX_SAFE_INTEGER),
    timeoutNs,
    ...(given.patienceNs === undefined ? {} : { patienceNs: Math.max(given.patienceNs, timeoutNs) }),
    members: within('members', given.members ?? 4, 2, 64),
    streams: within('streams', given.streams ?? 1, 1, 256),
    direction: given.direction ?? 'up',
    nagle: given.nagle ?? false,
    family: given.family ?? 0,
    ...bound(given.bind, given.family ?? 0, transports),
    ...leaving(given.socket, transports),
    sealed: sealed(given.sealed ?? false, transports),
    verify: given.verify ?? false,
  }
  if (settings.verify) checkVerifiable(settings)
  if (settings.workloads.length === 0) throw new NetcmpError('BAD_VALUE', 'netcmp: no workload to run')
  return settings
}

function sealed(wanted: boolean, transports: readonly Transport[]): boolean {
  const [name] = hostAnswered(transports)
  if (!wanted || name === undefined) return wanted
  throw new NetcmpError(
    'BAD_VALUE',
    `${name}: only the far host answers, and it has no key (leave out --key)`,
  )
}

/** Only echo does without a header: its messages then carry a part of their number. */
function leastBytes(workloads: readonly WorkloadName[]): number {
  return workloads.every((workload) => workload === 'echo') ? 1 : LEAST_BYTES
}

/** That there is something to verify. */
function checkVerifiable({ workloads, sizeBytes, bulkSizeBytes }: Settings): void {
  const bulkBytes = Math.min(...Object.values(bulkSizeBytes))
  const isBulkEmpty = workloads.includes('bulk') && bulkBytes <= LEAST_BYTES
  const hasEcho = workloads.includes('echo') && sizeBytes > echoedFrom(sizeBytes)
  if (!isBulkEmpty && (hasEcho || workloads.includes('bulk'))) return
  const [why, remedy] = workloads.some((each) => each === 'bulk' || each === 'echo')
    ? [
        `a message of ${isBulkEmpty ? bulkBytes : sizeBytes} B is all header: there is nothing to verify`,
        'a larger --size, or ',
      ]
    : ['only bulk and echo can be verified', '']
  throw new NetcmpError('BAD_VALUE', `netcmp: ${why} (${remedy}leave out --verify)`)
}

function bound(
  bind: string | undefined,
  family: Family,
  transports: readonly Transport[],
): { bind?: string } {
  if (bind === undefined) return {}
  const version = ipVersion(bind)
  if (version === 0) {
    throw new NetcmpError('BAD_VALUE', `netcmp: --bind "${bind}" is no numeric address of this computer`)
  }
  if (family !== 0 && family !== version) {
    throw new NetcmpError(
      'BAD_VALUE',
      `netcmp: --bind ${bind} is no IPv${family} address (leave out -${family})`,
    )
  }
  const hostless = transports.find((transport) => transport.at(bind, 0) === undefined)
  if (hostless) {
    throw new NetcmpError('BAD_VALUE', `${hostless.name}: has no addresses to dial from (leave out --bind)`)
  }
  return { bind }
}

function leaving(
  socket: SocketOptions | undefined,
  transports: readonly Transport[],
): { socket?: SocketOptions } {
  if (socket === undefined) return {}
  const { engine: _engine, spin: _spin, ...ofPackets } = socket
  const hostless = transports.find((transport) => transport.at('127.0.0.1', 0) === undefined)
  if (hostless && Object.keys(ofPackets).length > 0) {
    const flags = '--dscp, --tos, --ttl, --buffer and --congestion'
    throw new NetcmpError('BAD_VALUE', `${hostless.name}: sends no packets (leave out ${flags})`)
  }
  return { socket: checkedSocket(socket) }
}

/** Throws BAD_VALUE for what no socket takes. */
export function checkedSocket(socket: SocketOptions): SocketOptions {
  const { trafficClass = 0, ttl = 1, bufferBytes = LEAST_BUFFER_BYTES, congestion = 'x' } = socket
  if (!/^[\w-]{1,15}$/.test(congestion)) {
    throw new NetcmpError('BAD_VALUE', `netcmp: --congestion "${congestion}" is no name of one, as cubic`)
  }
  within('tos', trafficClass, 0, 255)
  within('ttl', ttl, 1, 255)
  within('buffer', bufferBytes, LEAST_BUFFER_BYTES, 2 ** 30, 'B')
  return socket
}

function bulkDefault({ boundaries, maxMessageBytes }: Transport['traits'], given: GivenSettings): number {
  return boundaries === 'native' ? DATAGRAM_BYTES : (given.streamBytes ?? maxMessageBytes)
}

/**
 * More than two transports share the time of two: a comparison with all defaults ends within half a minute. What has an
 * end of its own gets time to reach it.
 */
function defaultDurationNs(transports: number, { totalBytes, workloads }: GivenSettings): number {
  if (totalBytes !== undefined && workloads?.every(hasTotal)) return TOTAL_WITHIN_NS
  return Math.round(250 * Math.min(1, 2 / transports)) * NS_PER_MS
}

const hasTotal = (workload: WorkloadName): boolean => workload === 'echo' || workload === 'bulk'

function inAll({ totalBytes, workloads }: GivenSettings): { totalBytes?: number } {
  if (totalBytes === undefined) return {}
  if (workloads !== undefined && !workloads.some(hasTotal)) {
    throw new NetcmpError('BAD_VALUE', 'netcmp: --total is of echo and bulk, and --workload names neither')
  }
  return { totalBytes: within('total', totalBytes, 1, 2 ** 40, 'B') }
}

function within(name: string, value: number, least: number, most: number, unit = ''): number {
  if (value >= least && value <= most && (unit === 'ms' || Number.isInteger(value))) return value
  const space = unit === '' ? '' : ' '
  throw new NetcmpError(
    'BAD_VALUE',
    `netcmp: --${name} ${value}${space}${unit} is out of range (${least} to ${most}${space}${unit})`,
  )
}

/** The job of one workload over one transport. */
export function jobOf(
  settings: Settings,
  workload: WorkloadName,
  transport: string,
  shared: Pick<Job, 'sameClock' | 'originNs' | 'answeredBy'>,
): Job {
  const bulk = workload === 'bulk'
  const { durationNs, totalBytes, timeoutNs, patienceNs, members, streams, direction, verify } = settings
  const sizeBytes = bulk ? (settings.bulkSizeBytes[transport] as number) : settings.sizeBytes
  return {
    workload,
    sizeBytes,
    ratePerSec: bulk ? settings.bulkRatePerSec : settings.ratePerSec,
    durationNs,
    ...(totalBytes === undefined || !hasTotal(workload)
      ? {}
      : { messageCount: Math.ceil(totalBytes / sizeBytes / streams) }),
    timeoutNs,
    patienceNs,
    members,
    streams,
    direction,
    verify,
    ...shared,
  }
}
