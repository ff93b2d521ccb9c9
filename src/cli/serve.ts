import { isLoopback } from '../core/address.ts'
import { NetcmpError } from '../core/errors.ts'
import { hostClock } from '../core/host-clock.ts'
import { version } from '../core/version.ts'
import { transports } from '../registry.ts'
import { ChatRoom } from '../service/chat-room.ts'
import { plainEcho } from '../service/plain-echo.ts'
import { SessionServer } from '../service/session-server.ts'
import type { Endpoint, Listener, Transport } from '../transport/contract.ts'
import { announceServer } from './announce.ts'
import { portOf, transportsOf } from './flags.ts'
import { onInterrupt } from './interrupt.ts'
import { emit } from './output.ts'

export const DEFAULT_PORT = 7117

/** Loopback of both families: nobody outside reaches it. */
const DEFAULT_HOSTS = ['127.0.0.1', '::1'] as const

/** How often a free row of ports is looked for, with `--port 0`. */
const PORT_TRIES = 20

interface ServeFlags {
  host?: string
  port: string
  announce: boolean
  embedded?: string
}

interface Listening {
  readonly service: 'measurement' | 'plain echo' | 'plain chat'
  readonly transport: string
  readonly listener: Listener
}

/** `netcmp serve`: serves until it is interrupted. */
export async function serveCommand(flags: ServeFlags): Promise<number> {
  const server = new SessionServer(hostClock, `netcmp ${version}`)
  if (flags.embedded !== undefined) return serveEmbedded(server, transportsOf(flags.embedded))
  const room = new ChatRoom()
  const interrupt = onInterrupt('')
  const listening = await listenAll(server, room, flags)
  await emit(banner(listening), undefined)
  const announcement = await announceServer(listening, flags.announce)
  await new Promise<void>((resolve) => interrupt.signal.addEventListener('abort', () => resolve()))
  await announcement?.withdraw()
  await emit(closingLine(server, listening), undefined)
  server.close()
  room.close()
  await Promise.all(listening.map(({ listener }) => listener.close()))
  interrupt.release()
  return 0
}

/** For one comparison of this computer: says where it listens, and ends with its standard input. */
async function serveEmbedded(server: SessionServer, wanted: readonly Transport[]): Promise<number> {
  // What is sent to the whole group (Ctrl-C in a terminal, `timeout`) reaches this process too: its parent decides.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  const ended = new Promise<void>((resolve) => {
    process.stdin
      .on('end', resolve)
      .on('close', resolve)
      .on('error', () => resolve())
      .resume()
  })
  const listeners: Listener[] = []
  const addresses: Record<string, string> = {}
  for (const { name, ephemeral, listen, traits } of wanted) {
    const listener = await listen(ephemeral(), { clock: hostClock }, server.serve(traits))
    listeners.push(listener)
    addresses[name] = listener.address
  }
  process.stdout.write(`${JSON.stringify(addresses)}\n`)
  await ended
  server.close()
  await Promise.all(listeners.map((listener) => listener.close()))
  return 0
}

async function listenAll(server: SessionServer, room: ChatRoom, flags: ServeFlags): Promise<Listening[]> {
  const port = portOf(flags.port)
  const hosts = flags.host === undefined ? DEFAULT_HOSTS : [flags.host]
  for (let attempt = 1; ; attempt++) {
    const opened: Listening[] = []
    try {
      let base = port
      for (const host of hosts) base = await listenOn(host, base, server, room, opened, hosts.length > 1)
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
  server: SessionServer,
  room: ChatRoom,
  opened: Listening[],
  optional: boolean,
): Promise<number> {
  let base = port
  for (const transport of transports) {
    const open = async (
      service: Listening['service'],
      offset: number,
      listen: Transport['listen'],
      serve: (endpoint: Endpoint) => void,
    ): Promise<void> => {
      const at = transport.at(host, base === 0 ? 0 : base + offset)
      if (at === undefined) return
      const listener = await listen(at, { clock: hostClock }, serve)
      opened.push({ service, transport: transport.name, listener })
      if (base === 0) base = Number(/:(\d+)$/.exec(listener.address)?.[1])
    }
    try {
      await open('measurement', 0, transport.listen, server.serve(transport.traits))
    } catch (error) {
      // A computer without IPv6 serves IPv4 alone.
      const missing = error instanceof NetcmpError && error.code !== 'ADDRESS_IN_USE'
      if (optional && missing && opened.length > 0) return base
      throw error
    }
    await open('plain echo', 1, transport.echo.listen, plainEcho)
    await open('plain chat', 2, transport.chat.listen, room.serve(transport.traits))
  }
  return base
}

function banner(listening: readonly Listening[]): string {
  const open = listening.some(({ listener }) => !isLoopback(listener.address))
  const reach = open
    ? 'whoever can reach this computer can use it'
    : 'only this computer can reach it (--host 0.0.0.0 lets others in)'
  const lines = [`netcmp ${version} serves; ${reach}`]
  for (const service of ['measurement', 'plain echo', 'plain chat']) {
    const rows = listening.filter((each) => each.service === service)
    const addresses = [...new Set(rows.map(({ listener }) => listener.address))]
    const protocols = [...new Set(rows.map(({ transport }) => transport))]
    lines.push(`  ${service.padEnd(12)} ${addresses.join(' and ')}, ${protocols.join(' and ')}`)
  }
  return `${lines.join('\n')}\nCtrl-C ends it.\n`
}

function closingLine(server: SessionServer, listening: readonly Listening[]): string {
  const dropped = listening.reduce((sum, { listener }) => sum + listener.droppedCount, server.droppedCount)
  return `served ${server.sessionCount} sessions and ${server.probeCount} probes; dropped ${dropped} frames that were not ours\n`
}
