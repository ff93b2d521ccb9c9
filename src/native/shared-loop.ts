import type { Clock } from '../core/clock.ts'
import { clockWith } from '../core/host-clock.ts'
import type { SocketOptions } from '../transport/contract.ts'
import { loadLibc } from './libc.ts'
import { Loop } from './loop.ts'
import { nativeObstacle } from './obstacle.ts'

let shared: Promise<Loop> | undefined
let calm: Promise<Loop> | undefined

/** The one of this process. Throws UNAVAILABLE. */
export function sharedLoop(): Promise<Loop> {
  shared ??= loaded('the native engine', false).catch((error) => {
    shared = undefined
    throw error
  })
  return shared
}

/** The one of this process where node drives other sockets. Throws UNAVAILABLE. */
function calmLoop(): Promise<Loop> {
  calm ??= loaded('a socket by system calls', true).catch((error) => {
    calm = undefined
    throw error
  })
  return calm
}

async function loaded(who: string, isCalm: boolean): Promise<Loop> {
  const libc = await loadLibc(who)
  const obstacle = await nativeObstacle(async () => libc)
  if (obstacle) throw obstacle.error
  return new Loop(libc, isCalm)
}

/** For sockets that are system calls of ours under either engine. Throws UNAVAILABLE. */
export function loopFor(socket: SocketOptions | undefined): Promise<Loop> {
  return socket?.engine === 'native' ? sharedLoop() : calmLoop()
}

/** The host's clock, with alarms that wait in the kernel. */
export function nativeClock(loop: Loop): Clock {
  return clockWith((onDue) => loop.alarm(onDue))
}
