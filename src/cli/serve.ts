import { randomInt } from 'node:crypto'
import { drivenBy } from '../compare/engine.ts'
import type { Access } from '../core/access.ts'
import { isLoopback } from '../core/address.ts'
import { NetcmpError } from '../core/errors.ts'
import { version } from '../core/version.ts'
import { LoopLag } from '../drive/loop-lag.ts'
import { Histogram } from '../measure/histogram.ts'
import { transports } from '../registry.ts'
import { formatValue } from '../report/format-value.ts'
import { ChatRoom } from '../service/chat-room.ts'
import { PlainEcho } from '../service/plain-echo.ts'
import { SessionServer } from '../service/session-server.ts'
import type {
  Endpoint,
  Listener,
  ListenOptions,
  PlainProtocol,
  Traits,
  Transport,
} from '../transport/contract.ts'
import { announceServer } from './announce.ts'
import { CollectFolder } from './collect.ts'
import { type ChosenEngine, chooseEngine } from './engine.ts'
import { portOf, type SocketFlags, socketOf, transportsOf } from './flags.ts'
import { type GuardFlags, guardOf } from './guard.ts'
import { onInterrupt } from './interrupt.ts'
import { emit } from './output.ts'

export const DEFAULT_PORT = 7117

/** Loopback of both families: nobody outside reaches it. */
const DEFAULT_HOSTS = ['127.0.0.1', '::1'] as const

/** How often a free row of ports is looked for, with `--port 0`. */
const PORT_TRIES = 40
/** Connections that ended a minute ago may rest on every other port that the system gives: then below those, on Linux. */
const SYSTEM_TRIES = 10
const LOWEST_PORT = 20_000
const LOWER_PORTS = 12_000

export interface ServeFlags extends GuardFlags, SocketFlags {
  host?: string
  port: string
  announce: boolean
  collect?: string
  embedded?: string
}

/** What is listened for, each on the port after the one before. */
interface Service {
  readonly name: 'measurement' | 'plain echo' | 'plain chat'
  listenOver(transport: Transport): Pick<PlainProtocol, 'listen'>
  serve(traits: Traits): (endpoint: Endpoint) => void
}

interface Listening {
  readonly service: Service['name']
  readonly transport: string
  readonly listener: Listener
}

/** `netcmp serve`: serves until it is interrupted. */
export async function serveCommand(flags: ServeFlags): Promise<number> {
  const name = `netcmp ${version}`
  if (flags.embedded !== undefined) {
    const wanted = transportsOf(flags.embedded)
    return serveEmbedded(name, wanted, await chooseEngine(flags.engine, wanted, socketOf(flags)))
  }
  const { access, ...guard } = guardOf(flags)
  const reachable = transports.filter(({ at }) => at('127.0.0.1', 0) !== undefined)
  const { engine, socket, clock, warning } = await chooseEngine(flags.engine, reachable, socketOf(flags))
  const options = { clock, socket }
  const collector = flags.collect === undefined ? undefined : new CollectFolder(flags.collect)
  const server = new SessionServer(clock, name, { ...guard, collector, engine })
  const echo = new PlainEcho(clock)
  const room = new ChatRoom()
  const services: Service[] = [
    { name: 'measurement', listenOver: (transport) => transport, serve: (traits) => server.serve(traits) },
    { name: 'plain echo', listenOver: ({ echo }) => echo, serve: (traits) => echo.serve(traits) },
    { name: 'plain chat', listenOver: ({ chat }) => chat, serve: (traits) => room.serve(traits) },
  ]
  const lateness = new Histogram()
  const interrupt = onInterrupt('')
  const listening = await listenAll(services, access, options, flags)
  const endAll = async (): Promise<void> => {
    await server.stop()
    server.close()
    echo.close()
    room.close()
    await Promise.all(listening.map(({ listener }) => listener.close()))
    interrupt.release()
  }
  try {
    if (warning) process.stderr.write(`netcmp: ${warning.text}\n`)
    await emit(banner(listening, flags), undefined)
  } catch (error) {
    await endAll()
    throw error
  }
  const announced = announceServer(listening, flags)
  const lag = engine === 'native' ? undefined : new LoopLag(clock, lateness)
  await interrupted(interrupt.signal)
  lag?.stop()
  await (await announced)?.withdraw()
  await server.stop()
  await emit(closingLine(server, listening, lateness, collector?.keptCount), undefined)
  await endAll()
  return 0
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** For one comparison of this computer: says where it listens, and ends with its standard input. */
async function serveEmbedded(
  name: string,
  wanted: readonly Transport[],
  chosen: ChosenEngine,
): Promise<number> {
  // What is sent to the whole group (Ctrl-C in a terminal, `timeout`) reaches this process too: its parent decides.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  const ended = new Promise<void>((resolve) => {
    process.stdin
      .on('end', resolve)
      .on('close', resolve)
      .on('error', () => resolve())
      .resume()
  })
  const servers: SessionServer[] = []
  const listeners: Listener[] = []
  const addresses: Record<string, string> = {}
  for (const transport of wanted) {
    // Each with the clock that goes with its sockets.
    const { engine, socket, clock } = drivenBy(transport, chosen.socket, chosen.clock)
    const server = new SessionServer(clock, name, { engine })
    const serve = server.serve(transport.traits)
    const listener = await transport.listen(transport.ephemeral(), { clock, socket }, serve)
    servers.push(server)
    listeners.push(listener)
    addresses[transport.name] = listener.address
  }
  process.stdout.write(`${JSON.stringify(addresses)}\n`)
  await ended
  for (const server of servers) server.close()
  await Promise.all(listeners.map((listener) => listener.close()))
  return 0
}

/** Failures that say nothing of a host's addresses. */
const ASKED_FOR = new Set(['ADDRESS_IN_USE', 'BAD_VALUE', 'UNAVAILABLE'])

async function listenAll(
  services: readonly Service[],
  access: Access,
  options: ListenOptions,
  flags: ServeFlags,
): Promise<Listening[]> {
  const port = portOf(flags.port)
  const hosts = flags.host === undefined ? DEFAULT_HOSTS : [flags.host]
  for (let attempt = 1; ; attempt++) {
    const opened: Listening[] = []
    try {
      let base = port === 0 && attempt > SYSTEM_TRIES ? LOWEST_PORT + randomInt(LOWER_PORTS) : port
      for (const host of hosts)
        base = await listenOn(host, base, services, access, options, opened, hosts.length > 1)
      return opened
    } catch (error) {
      await Promise.all(opened.map(({ listener }) => listener.close()))
      const taken = error instanceof NetcmpError && error.code === 'ADDRESS_IN_USE'
      if (port !== 0 || !taken || attempt === PORT_TRIES) throw error
    }
  }
}

/** Opens every service of one host, and returns the first port: port 0 is any that is free. */
async function listenOn(
  host: string,
  port: number,
  services: readonly Service[],
  access: Access,
  options: ListenOptions,
  opened: Listening[],
  optional: boolean,
): Promise<number> {
  let base = port
  const before = opened.length
  for (const transport of transports.filter(({ traits }) => traits.answeredBy === 'server')) {
    for (const [offset, { name, listenOver, serve }] of services.entries()) {
      const at = transport.at(host, base === 0 ? 0 : base + offset)
      if (at === undefined) break
      try {
        const guarded = admitting(access, serve(transport.traits))
        const listener = await listenOver(transport).listen(at, options, guarded)
        opened.push({ service: name, transport: transport.name, listener })
        if (base === 0) base = Number(/:(\d+)$/.exec(listener.address)?.[1])
      } catch (error) {
        // A computer without IPv6 serves IPv4 alone.
        const missing = error instanceof NetcmpError && !ASKED_FOR.has(error.code)
        if (optional && missing && opened.length === before && before > 0) return base
        throw error
      }
    }
  }
  return base
}

/** Whoever has no access is let go at once, without an answer. */
function admitting(access: Access, serve: (endpoint: Endpoint) => void): (endpoint: Endpoint) => void {
  return (endpoint) => {
    if (access.allows(endpoint.remote)) serve(endpoint)
    else void endpoint.close()
  }
}

function banner(listening: readonly Listening[], { allow, deny, key, collect }: ServeFlags): string {
  const open = listening.some(({ listener }) => !isLoopback(listener.address))
  const who = allow === undefined ? 'whoever can reach this computer' : `whoever is in ${allow.join(' or ')}`
  const but = deny === undefined ? '' : `, but not in ${deny.join(' or ')},`
  const reach = open
    ? `${who}${but} can use it`
    : 'only this computer can reach it (--host 0.0.0.0 lets others in)'
  const secret = key === undefined ? '' : '; measuring needs the key'
  const lines = [`netcmp ${version} serves; ${reach}${secret}`]
  for (const service of ['measurement', 'plain echo', 'plain chat']) {
    const rows = listening.filter((each) => each.service === service)
    const addresses = [...new Set(rows.map(({ listener }) => listener.address))]
    const protocols = [...new Set(rows.map(({ transport }) => transport))]
    lines.push(`  ${service.padEnd(12)} ${addresses.join(' and ')}, ${protocols.join(' and ')}`)
  }
  if (collect !== undefined) lines.push(`  results of --as are kept in ${collect}`)
  return `${lines.join('\n')}\nCtrl-C ends it.\n`
}

function closingLine(
  server: SessionServer,
  listening: readonly Listening[],
  lateness: Histogram,
  keptCount?: number,
): string {
  const dropped = listening.reduce((sum, { listener }) => sum + listener.droppedCount, server.droppedCount)
  const { sessionCount, probeCount, refusedCount, overRateCount } = server
  const lateNs = lateness.percentile(0.99)
  const late =
    lateNs === null ? '' : `; kept 1 % of the arrivals waiting ${formatValue(lateNs, 'ns')} or more`
  const kept = keptCount === undefined ? '' : `; kept ${keptCount} ${keptCount === 1 ? 'result' : 'results'}`
  const refused = refusedCount > 0 ? `; refused ${refusedCount} more` : ''
  const over = overRateCount > 0 ? `; dropped ${overRateCount} probes over the rate` : ''
  return `served ${sessionCount} sessions and ${probeCount} probes${kept}${late}${refused}${over}; dropped ${dropped} frames that were not ours\n`
}
