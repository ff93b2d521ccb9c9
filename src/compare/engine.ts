import type { Clock } from '../core/clock.ts'
import { hostClock } from '../core/host-clock.ts'
import type { Run, Warning } from '../result/schema.ts'
import type { Engine, SocketOptions, Transport } from '../transport/contract.ts'

/** What drives the sockets of one transport, and the clock whose alarms go with them. */
export interface Driven {
  readonly engine: Engine
  readonly socket: SocketOptions | undefined
  readonly clock: Clock
}

/**
 * `socket` and `clock` are those of the comparison. What node drives waits on node's clock all the same; and what only system
 * calls drive waits with node where the others are node's.
 */
export function drivenBy(transport: Transport, socket: SocketOptions | undefined, clock: Clock): Driven {
  const { engines = ['node'] } = transport
  const { engine: wanted = 'node', ...others } = socket ?? {}
  const engine = engines.includes(wanted) ? wanted : (engines[0] ?? 'node')
  if (engine === 'native' && wanted === 'native') return { engine, socket: { ...others, engine }, clock }
  const isEmpty = Object.keys(others).length === 0
  return { engine, socket: isEmpty ? undefined : others, clock: wanted === 'native' ? hostClock : clock }
}

/** What drove the two ends of a transport's runs, and what it had to make do without. */
export type EngineFacts = Pick<Run, 'engine' | 'farEngine' | 'capabilities'>

/** `farEngine` is the server's word for its own. */
export async function engineFacts(
  transport: Transport,
  socket: SocketOptions | undefined,
  farEngine: string | undefined,
): Promise<EngineFacts> {
  const { engine } = drivenBy(transport, socket, hostClock)
  const capabilities = engine === 'native' ? await transport.capabilities?.(socket ?? {}) : undefined
  return {
    engine,
    ...(farEngine === undefined ? {} : { farEngine }),
    ...(capabilities === undefined ? {} : { capabilities }),
  }
}

/** Where transports are compared that not the same engine drives, a part of the difference is the engines'. */
export function engineWarnings(
  engines: ReadonlyMap<string, EngineFacts>,
  transports: readonly Transport[],
): Warning[] {
  const different = new Set([...engines.values()].map(({ engine }) => engine))
  if (different.size < 2) return []
  const said = [...engines].map(([transport, { engine }]) => `${transport} on ${engine}`).join(', ')
  const canBeNode = transports.every(({ engines: all = ['node'] }) => all.includes('node'))
  const remedy = canBeNode ? ' (--engine node runs all on one)' : ''
  const text = `not all transports ran on one engine (${said}): a part of what differs is the engines’${remedy}`
  return [{ code: 'engines', text }]
}
