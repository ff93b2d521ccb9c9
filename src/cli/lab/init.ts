import { writeFileSync, writeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { asNetcmpError, NetcmpError } from '../../core/errors.ts'
import { makeHosts } from '../../lab/hosts.ts'
import { connectLink } from '../../lab/link-client.ts'
import type { HostName } from '../../lab/places.ts'
import { makePrivateFiles } from '../../lab/private-files.ts'
import { DEFAULT_PORT } from '../serve.ts'
import { TRACE_FILE } from '../trace/plan.ts'
import { startLink } from './link.ts'
import { COMPARISON_FILE, CONTROL, type FromLab, type LabPlan, LINK_FILE, type ToLab } from './plan.ts'
import { Program, STDERR } from './program.ts'

const PROGRAM = fileURLToPath(import.meta.url).replace(/cli[\\/]lab[\\/]init(\.[jt]s)$/, 'bin$1')

/** Signals that reach the whole group reach the client's program by themselves, in less than that. */
const SAME_SIGNAL_MS = 30

/** How long the client's program may take to an end where the link is gone. */
const WITHOUT_LINK_MS = 10_000

/**
 * `netcmp lab-init`, begun by `netcmp lab` with networks, mounts and processes of its own: makes the lab, and ends with
 * the client's program. Whatever was begun here is still there then, and ends with this process.
 */
export async function labInitCommand(): Promise<never> {
  // Whoever began this is gone: nothing is to outlive it.
  process.once('disconnect', () => process.exit(1))
  if (!process.connected) process.exit(1)
  const orders = new Orders()
  await tell({ begun: true })
  try {
    const lab = await makeLab(await orders.plan)
    orders.client = lab.client
    const exitCode = await lab.ended()
    await tell({ exitCode })
    process.exit(exitCode)
  } catch (error) {
    const { code, message, exitCode } = asNetcmpError(error)
    await tell({ failed: { code, message } })
    process.exit(exitCode)
  }
}

/** What `netcmp lab` tells this process. */
class Orders {
  readonly plan: Promise<LabPlan>
  client: Program | undefined
  /** When this process, and so the whole group, was last sent a signal. */
  readonly #own = new Map<NodeJS.Signals, number>()

  constructor() {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => this.#own.set(name, Date.now()))
    this.plan = new Promise((resolve) => {
      process.on('message', (message: ToLab) => {
        if ('plan' in message) resolve(message.plan)
        else setTimeout(() => this.#pass(message.signal), SAME_SIGNAL_MS)
      })
    })
  }

  async #pass(name: NodeJS.Signals): Promise<void> {
    if (this.client === undefined) {
      const { code, message, exitCode } = new NetcmpError('ABORTED', 'lab: interrupted')
      await tell({ failed: { code, message } })
      process.exit(exitCode)
    }
    const ownAt = this.#own.get(name) ?? 0
    const hasHeard = ownAt >= this.client.begunAt && Date.now() - ownAt < 2 * SAME_SIGNAL_MS
    if (!hasHeard) this.client.signal(name)
  }
}

interface RunningLab {
  readonly client: Program
  ended(): Promise<number>
}

async function makeLab(plan: LabPlan): Promise<RunningLab> {
  makePrivateFiles()
  await makeHosts(plan.link.mtuBytes)
  writeFileSync(LINK_FILE, JSON.stringify(plan.link))
  const needsServer = plan.work.kind !== 'trace'
  const [link, server] = await Promise.all([
    startLink(plan.link, PROGRAM),
    needsServer ? startServer(plan) : undefined,
  ])
  const served = plan.serve === undefined || !server ? undefined : await startServed(plan.serve, server)
  const { gone } = await connectLink(CONTROL)
  const client = startClient(plan)
  // Ours finds out by itself that the server is gone.
  if (server && !isOurs(plan)) void tellOfEnd(server, client)
  if (served) void tellOfEnd(served, client)
  return {
    client,
    ended: async () => {
      await Promise.race([client.ended, link.ended])
      // Others see its end by its connections, some time before it is over, and may have ended themselves by now.
      await new Promise(setImmediate)
      const isLinkGone = link.isOver || gone.aborted
      if (isLinkGone) await endWithoutLink(link, client, plan)
      await served?.end()
      if (isLinkGone) throw link.failure('CLOSED')
      if (client.wasKilled && isOurs(plan)) throw client.failure()
      return client.exitCode
    },
  }
}

/** Whether the client's program is netcmp itself, which tells in a line of its own why it ended. */
const isOurs = ({ work }: LabPlan): boolean => work.kind !== 'shell' && work.kind !== 'command'

async function startServer({ listen, serverFlags }: LabPlan): Promise<Program> {
  const where = ['--host', listen, '--port', `${DEFAULT_PORT}`, '--no-announce']
  const command = [process.execPath, PROGRAM, 'serve', ...where, ...serverFlags]
  const server = new Program('the server', 'server', command, {
    apart: true,
    output: ['ignore', 'pipe', 'pipe'],
  })
  await server.prints('Ctrl-C ends it.')
  return server
}

/** Its output is not that of the client’s program, which may be read by another. */
async function startServed(text: string, server: Program): Promise<Program> {
  const before = server.openCount()
  const command = named('server', ['/bin/sh', '-c', text])
  const served = new Program(`--serve "${text}"`, 'server', command, {
    apart: true,
    output: ['ignore', STDERR, STDERR],
  })
  await served.listens(before)
  if (served.isOver && served.exitCode !== 0) throw served.failure('BAD_VALUE')
  return served
}

function startClient({ work }: LabPlan): Program {
  const options = { apart: false, output: [0, 1, STDERR] } as const
  if (work.kind === 'comparison' || work.kind === 'sweep') {
    writeFileSync(COMPARISON_FILE, JSON.stringify(work))
    return new Program(`the ${work.kind}`, 'client', [process.execPath, PROGRAM, 'lab-client'], options)
  }
  if (work.kind === 'trace') {
    writeFileSync(TRACE_FILE, JSON.stringify(work.trace))
    return new Program('the trace', 'client', [process.execPath, PROGRAM, 'lab-trace'], options)
  }
  const env = { NETCMP_LINK_CONTROL: CONTROL }
  return new Program('the client', 'client', named('client', work.command), { ...options, env })
}

/** Has a command see the name of its host, which a prompt shows. The network alone has none. */
function named(host: HostName, command: readonly string[]): string[] {
  const script = `hostname ${host} 2>/dev/null; exec "$@"`
  return ['unshare', '--uts', '/bin/sh', '-c', script, 'sh', ...command]
}

/** Ours sees it, too, and ends with what it has; a shell is told that its terminal is gone, and takes leave. */
async function endWithoutLink(link: Program, client: Program, plan: LabPlan): Promise<void> {
  if (!isOurs(plan)) client.signal(plan.work.kind === 'shell' ? 'SIGHUP' : 'SIGTERM')
  const timer = setTimeout(() => client.signal('SIGKILL'), WITHOUT_LINK_MS)
  await Promise.all([client.ended, link.ended])
  clearTimeout(timer)
}

/** Says that a program has failed while the client's goes on. */
async function tellOfEnd(program: Program, client: Program): Promise<void> {
  await program.ended
  if (!client.isOver && program.exitCode !== 0) writeSync(STDERR, `${program.failure().message}\n`)
}

async function tell(message: FromLab): Promise<void> {
  await new Promise<void>((resolve) => process.send?.(message, () => resolve()))
}
