import type { Clock } from '../core/clock.ts'
import { NetcmpError } from '../core/errors.ts'
import { hostClock } from '../core/host-clock.ts'
import { nativeObstacle } from '../native/obstacle.ts'
import { nativeClock, sharedLoop } from '../native/shared-loop.ts'
import type { Warning } from '../result/schema.ts'
import type { Engine, SocketOptions, Transport } from '../transport/contract.ts'

/** What `--engine` takes. */
export type EngineName = 'auto' | Engine

/** What drives the sockets of a command. */
export interface ChosenEngine {
  readonly engine: Engine
  readonly socket: SocketOptions | undefined
  /** The one whose alarms go with the sockets. */
  readonly clock: Clock
  /** Why it is node, where the other was to be expected. */
  readonly warning: Warning | undefined
}

/**
 * `auto`: system calls where they work and a transport has use for them. What they need is loaded for them alone.
 * Throws UNAVAILABLE where `native` is asked for by name and cannot be.
 */
export async function chooseEngine(
  asked: EngineName,
  transports: readonly Transport[],
  socket: SocketOptions | undefined,
): Promise<ChosenEngine> {
  const native = transports.filter(({ engines }) => engines?.includes('native'))
  if (asked === 'node' || (asked === 'auto' && native.length === 0)) {
    if (socket?.spin) throw spinNeedsNative('')
    return onNode(socket, undefined)
  }
  if (native.length === 0) {
    const names = transports.map(({ name }) => name).join(', ')
    throw new NetcmpError('UNAVAILABLE', `${names}: only node drives its sockets (leave out --engine native)`)
  }
  const obstacle = await nativeObstacle()
  if (obstacle && asked === 'native')
    throw new NetcmpError('UNAVAILABLE', `netcmp: ${obstacle.error.message}`)
  if (obstacle && socket?.spin) throw spinNeedsNative(`: ${obstacle.error.message}`)
  if (obstacle) return onNode(socket, obstacle.isUnexpected ? insteadOf(obstacle.error) : undefined)
  const loop = await sharedLoop()
  loop.spins = socket?.spin === true
  const clock = nativeClock(loop)
  return { engine: 'native', socket: { ...socket, engine: 'native' }, clock, warning: undefined }
}

function spinNeedsNative(why: string): NetcmpError {
  return new NetcmpError('UNAVAILABLE', `netcmp: --spin is of the native engine (leave it out)${why}`)
}

function onNode(socket: SocketOptions | undefined, warning: Warning | undefined): ChosenEngine {
  return { engine: 'node', socket, clock: hostClock, warning }
}

/** The code of the warning, which is told before anything runs. */
export const ENGINE_WARNING = 'engine'

function insteadOf({ message }: NetcmpError): Warning {
  const text = `node’s sockets were used, which cost more of every figure: ${message}`
  return { code: ENGINE_WARNING, text }
}
