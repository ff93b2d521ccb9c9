import type { Clock } from '../core/clock.ts'
import { clockWith } from '../core/host-clock.ts'
import type { SocketOptions } from '../transport/contract.ts'
import { loadLibc } from './libc.ts'
import { Loop } from './loop.ts'

let shared: Promise<Loop> | undefined
let calm: Promise<Loop> | undefined

/** The one of this process. Throws UNAVAILABLE. */
export function sharedLoop(): Promise<Loop> {
  shared ??= loadLibc('the native engine').then((libc) => new Loop(libc))
  return shared
}

/** The one of this process where node drives other sockets. Throws UNAVAILABLE. */
function calmLoop(): Promise<Loop> {
  calm ??= loadLibc('a socket by system calls').then((libc) => new Loop(libc, true))
  return calm
}

/** For sockets that are system calls of ours under either engine. Throws UNAVAILABLE. */
export function loopFor(socket: SocketOptions | undefined): Promise<Loop> {
  return socket?.engine === 'native' ? sharedLoop() : calmLoop()
}

/** The host's clock, with alarms that wait in the kernel. */
export function nativeClock(loop: Loop): Clock {
  return clockWith((onDue) => loop.alarm(onDue))
}
