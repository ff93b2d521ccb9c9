import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Target } from '../compare/compare.ts'
import type { Address } from '../core/address.ts'
import { NetcmpError } from '../core/errors.ts'
import type { SocketOptions, Transport } from '../transport/contract.ts'
import { thisProgram } from './this-program.ts'

/** What reports call it. */
export const OWN_SERVER = 'own server process'

/** How long a server process may take to say where it listens, and to end when told. */
const START_MS = 10_000
const END_MS = 1_000
/** Its sockets tell that it is gone before the system says how it ended. */
const KNOWN_MS = 200

/** A measurement server in a process of its own, so that the two ends do not share an event loop. */
export interface OwnServer {
  readonly target: Target
  /** Why the process has ended without being told to; undefined while it has not. Waits a moment for that to be known. */
  failure(): Promise<NetcmpError | undefined>
  /** Ends the process. Idempotent. */
  close(): Promise<void>
}

/**
 * Starts one on fresh loopback addresses. It ends when its standard input does, so it never outlives this process,
 * however that ends.
 */
export async function startOwnServer(
  transports: readonly Transport[],
  socket?: SocketOptions,
): Promise<OwnServer> {
  // What this computer cannot do is said here, by one process alone.
  if (socket)
    for (const each of transports) await (await each.listen(each.ephemeral(), { socket }, () => {})).close()
  const names = transports.map((transport) => transport.name).join(',')
  const child = spawn(process.execPath, [thisProgram, 'serve', '--embedded', names, ...flagsOf(socket)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    windowsHide: true,
  })
  child.stdin?.on('error', () => {})
  try {
    const addresses = await whereItListens(child)
    return {
      target: { name: OWN_SERVER, addresses, sameHost: true },
      failure: () => failureOf(child),
      close: () => ended(child),
    }
  } catch (error) {
    await ended(child)
    throw error
  }
}

function flagsOf({ engine, spin, congestion, trafficClass, ttl, bufferBytes }: SocketOptions = {}): string[] {
  return [
    ...['--engine', engine ?? 'node'],
    ...(spin ? ['--spin'] : []),
    ...(congestion === undefined ? [] : ['--congestion', congestion]),
    ...(trafficClass === undefined ? [] : ['--tos', `${trafficClass}`]),
    ...(ttl === undefined ? [] : ['--ttl', `${ttl}`]),
    ...(bufferBytes === undefined ? [] : ['--buffer', `${bufferBytes}`]),
  ]
}

async function whereItListens(child: ChildProcess): Promise<Record<string, Address>> {
  const failed = (why: string) => new NetcmpError('INTERNAL', `netcmp: its own server process ${why}`)
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(failed('did not start in time')), START_MS)
    child.on('error', (error) => reject(failed(`did not start: ${error.message}`)))
    child.on('exit', (code) => reject(failed(`ended at once with exit code ${code}`)))
    if (child.stdout === null) return reject(failed('has no output'))
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(timer)
      try {
        resolve(JSON.parse(line))
      } catch (error) {
        reject(failed(`does not say where it listens: ${(error as Error).message}`))
      }
    })
  })
}

async function failureOf(child: ChildProcess): Promise<NetcmpError | undefined> {
  const over = () => child.exitCode !== null || child.signalCode !== null
  if (!over()) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, KNOWN_MS)
      child.once('exit', () => {
        clearTimeout(timer)
        resolve()
      })
    })
  }
  if (!over()) return undefined
  return new NetcmpError(
    'RESET',
    `netcmp: its own server process ended midway (${child.signalCode ?? `exit code ${child.exitCode}`})`,
  )
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), END_MS)
    child.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    child.stdin?.end()
  })
}
