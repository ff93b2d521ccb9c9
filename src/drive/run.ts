import type { Nanos } from '../core/clock.ts'
import { asNetcmpError, NetcmpError } from '../core/errors.ts'
import { segmentsOf } from '../core/segments.ts'
import { NS_PER_MS, NS_PER_SEC } from '../core/units.ts'
import type { Sending } from '../measure/connections.ts'
import type { Recording } from '../measure/recording.ts'
import type { Endpoint } from '../transport/contract.ts'
import { FrameType, frameType } from '../wire/frame.ts'
import type { AnyRequest, FarStats } from '../wire/session-messages.ts'
import type { Workload } from '../workload/contract.ts'
import { createWorkload } from '../workload/index.ts'
import type { Job } from '../workload/job.ts'
import { ConnectionSampler } from './connection-sampler.ts'
import { type Dialling, dialWithin, patienceOf, type RunOptions } from './dialling.ts'
import {
  besideSocketDrops,
  dropsSince,
  type HostDrops,
  largestDrops,
  readHostDrops,
  socketDrops,
  withSocketDrops,
} from './host-drops.ts'
import { runWithHost } from './host-run.ts'
import { Pump } from './pump.ts'
import { pumped } from './pumped.ts'
import { SealedEndpoint } from './sealed-endpoint.ts'
import { Session } from './session.ts'
import { awayNs, timedWhereTold } from './timed-endpoint.ts'
import { heard } from './told-connection.ts'
import { Watch } from './watch.ts'

/** How long counts must stand still before what is missing counts as lost, and how often they are asked for. */
const QUIET_ASKS = 3
const ASK_EVERY_NS = 20 * NS_PER_MS
/** Over a connection a question waits behind all that was sent before it, which on a slow path are seconds. */
const QUEUE_PATIENCE_NS = 10 * NS_PER_SEC

export interface RunOutcome {
  readonly recording: Recording
  readonly error: NetcmpError | undefined
  /** The server is about to stop: the run was cut short, and accounted for. */
  readonly stopping: NetcmpError | undefined
  /** What either host dropped meanwhile, for whichever program; null where unknown. */
  readonly drops: {
    readonly here: HostDrops | null
    readonly far: HostDrops | null
    /** Messages that one packet of ours may hold, and that are dropped with it. */
    readonly messagesPerPacket: number
  }
}

/** Runs one job over one transport. A failure is part of the outcome: what was recorded before it is kept. */
export async function run(options: RunOptions): Promise<RunOutcome> {
  const workload = createWorkload(options.job)
  const isHost = options.transport.traits.answeredBy === 'host'
  const dropsBefore = readHostDrops()
  let far: HostDrops | null = null
  let socket: number | undefined
  let farEngine: string | undefined
  let error: NetcmpError | undefined
  let stopping: NetcmpError | undefined
  try {
    if (isHost) socket = await runWithHost(workload, options)
    else if (workload.sessions > 0) {
      const drops = await runSessions(workload, options, (reason) => {
        stopping ??= reason
      })
      far = drops.far
      socket = drops.socket
      farEngine = drops.farEngine
    } else await pumped(workload, dialPump(workload, options), options)
  } catch (thrown) {
    error = asNetcmpError(thrown)
  }
  workload.recording.finish()
  return {
    recording: workload.recording,
    error,
    stopping: error ? undefined : stopping,
    drops: {
      here: (isHost ? besideSocketDrops : withSocketDrops)(dropsSince(dropsBefore, readHostDrops()), socket),
      far,
      messagesPerPacket: messagesPerPacket(options, farEngine),
    },
  }
}

/** Only bursts leave many to a call, at whichever end sends them. */
function messagesPerPacket(
  { socket, job, isOnePerPacket }: RunOptions,
  farEngine: string | undefined,
): number {
  if (isOnePerPacket) return 1
  if (job.workload !== 'bulk' || job.ratePerSec !== 'max' || job.verify) return 1
  if (job.messageCount !== undefined) return 1
  const senders = [
    job.direction === 'down' ? undefined : socket?.engine,
    job.direction === 'up' ? undefined : farEngine,
  ]
  return senders.includes('native') ? segmentsOf(job.sizeBytes) : 1
}

/** Dials and opens a session for the job. */
export async function openSession(options: RunOptions, room?: string): Promise<Session> {
  const { sizeBytes, durationNs, ratePerSec, direction, workload, verify, messageCount } = options.job
  const session = await dialAndOpen(options, {
    workload: workload === 'connect' ? 'echo' : workload,
    sizeBytes,
    durationNs,
    ratePerSec,
    direction,
    ...(verify ? { verify } : {}),
    ...(messageCount === undefined ? {} : { messageCount }),
    ...(room === undefined ? {} : { room }),
  })
  if (verify && session.granted?.verifies !== true) {
    const { remote } = session.endpoint
    await session.close()
    const why = `${options.transport.name}: ${remote} does not know --verify: its netcmp is older than that (update it, or leave out --verify)`
    throw new NetcmpError('REJECTED', why)
  }
  return session
}

/** Dials and opens a session for a request. */
export async function dialAndOpen(options: Dialling, request: AnyRequest): Promise<Session> {
  const { transport, job, clock, key, signal } = options
  const endpoint = await dialWithin(options)
  try {
    return await Session.open(endpoint, request, {
      clock,
      timeoutNs: patienceOf(job),
      reliable: transport.traits.reliable,
      who: transport.name,
      remedy: options.remedy,
      key,
      signal,
    })
  } catch (error) {
    // Whoever did not answer may not take leave either: why it failed is told sooner.
    void endpoint.close()
    throw error
  }
}

/** Returns what the far host dropped meanwhile, what this one's sockets of the run did, and what drove the far ones. */
async function runSessions(
  workload: Workload,
  options: RunOptions,
  onStopping: (reason: NetcmpError) => void,
): Promise<{ far: HostDrops | null; socket: number | undefined; farEngine: string | undefined }> {
  const room = options.job.workload === 'chat' ? crypto.randomUUID() : undefined
  const sessions: Session[] = []
  try {
    for (let flow = 0; flow < workload.sessions; flow++) sessions.push(await openSession(options, room))
    // An answered question proves each member's address to the server: it may be sent what others say.
    if (room) for (const session of sessions) await session.stats({ sentCount: 0, final: false })
    const pump = sessionPump(workload, sessions, options, onStopping)
    const { transport, job, clock } = options
    const watch = new Watch(sessions, pump, {
      clock,
      timeoutNs: patienceOf(job),
      reliable: transport.traits.reliable,
    })
    const sampler = new ConnectionSampler(sessions.map(({ endpoint }) => endpoint))
    await sampler.ready
    watch.start()
    sampler.start()
    await pumped(workload, pump, options).finally(() => {
      watch.stop()
      sampler.stop()
    })
    const drops = await Promise.all(
      sessions.map(async (session, flow) => {
        const far = await settledStats(workload, flow, session, options)
        workload.account(flow, far, session.endpoint.unreadBytes)
        const connection = transport.traits.reliable && far.connection ? heard(far.connection) : undefined
        workload.recording.connections?.account(sampler.figures(flow), connection, sending(job))
        return far.drops ?? null
      }),
    )
    return {
      far: drops.reduce(largestDrops, null),
      socket: socketDrops(sessions.map(({ endpoint }) => endpoint)),
      farEngine: sessions[0]?.granted?.engine,
    }
  } finally {
    await Promise.all(sessions.map((session) => session.close()))
  }
}

function sending({ workload, direction }: Job): Sending {
  return workload !== 'bulk' || direction === 'both' ? 'both' : direction === 'up' ? 'here' : 'far'
}

function sessionPump(
  workload: Workload,
  sessions: readonly Session[],
  options: RunOptions,
  onStopping: (reason: NetcmpError) => void,
): Pump {
  const endpoints = sessions.map(({ endpoint }) => timedWhereTold(endpoint))
  const pump = new Pump(workload, endpoints, options.clock)
  for (const [flow, session] of sessions.entries()) {
    workload.begin(flow, session.token)
    // Bulk counts its payload and, unless it is checked, reads only its headers.
    if (options.job.workload === 'bulk' && !options.job.verify) session.endpoint.keepFirst(512)
    const endpoint = endpoints[flow] as Endpoint
    session.onProbe((message, at, messageBytes) => {
      workload.away?.(flow, awayNs(endpoint, message))
      pump.receive(flow, message, at, messageBytes)
    })
    session.onLost((reason) => pump.fail(reason))
    session.onStopping((reason) => {
      onStopping(reason)
      workload.stop()
      pump.poke()
    })
  }
  return pump
}

function dialPump(workload: Workload, options: RunOptions): Pump {
  const { transport, target, clock, family, nagle, bind, socket, key } = options
  const pump: Pump = new Pump(workload, [], clock, async (flow, signal) => {
    const dialled = await transport.dial(target, { clock, family, nagle, bind, socket }, signal)
    const endpoint = key ? new SealedEndpoint(dialled, key, () => {}) : dialled
    endpoint.onMessage((message, at, messageBytes) => {
      if (frameType(message) === FrameType.PROBE) pump.receive(flow, message, at, messageBytes)
    })
    endpoint.onClose((reason) => {
      if (reason) pump.fail(reason)
    })
    return endpoint
  })
  return pump
}

async function settledStats(
  workload: Workload,
  flow: number,
  session: Session,
  { transport, clock, job, signal }: RunOptions,
): Promise<FarStats> {
  const isQueued = transport.traits.reliable && job.workload === 'bulk'
  const patienceNs = Math.max(patienceOf(job), isQueued ? QUEUE_PATIENCE_NS : 0)
  const sentCount = workload.sentCount(flow)
  const deadline = clock.now() + job.timeoutNs
  let last = -1
  for (let quiet = 0; quiet < QUIET_ASKS && clock.now() < deadline; ) {
    const far = await session.stats({ sentCount, final: false }, patienceNs)
    if (workload.settled(flow, far)) break
    const counted = far.receivedCount + far.sentCount
    quiet = counted === last && far.finished ? quiet + 1 : 0
    last = counted
    await clock.sleepUntil((clock.now() + ASK_EVERY_NS) as Nanos, signal)
  }
  return session.stats({ sentCount, final: true }, patienceNs)
}
