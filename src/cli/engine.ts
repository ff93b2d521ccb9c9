import type { Clock } from '../core/clock.ts'
import { hostClock } from '../core/host-clock.ts'
import { nativeClock, sharedLoop } from '../native/loop.ts'
import type { SocketOptions } from '../transport/contract.ts'

/** The clock whose alarms go with the sockets. Throws UNAVAILABLE. */
export async function clockOf(socket: SocketOptions | undefined): Promise<Clock> {
  return socket?.engine === 'native' ? nativeClock(await sharedLoop()) : hostClock
}
