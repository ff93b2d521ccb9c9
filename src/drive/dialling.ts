import type { Address, Family } from '../core/address.ts'
import type { Clock } from '../core/clock.ts'
import { NetcmpError } from '../core/errors.ts'
import { durationText, NS_PER_MS } from '../core/units.ts'
import type { Endpoint, SocketOptions, Transport } from '../transport/contract.ts'
import type { Job } from '../workload/job.ts'

/** Where a run dials, and how. */
export interface RunOptions {
  readonly transport: Transport
  readonly target: Address
  readonly job: Job
  readonly clock: Clock
  readonly family: Family
  readonly nagle: boolean
  /** The address of this host to dial from. */
  readonly bind?: string | undefined
  readonly socket?: SocketOptions | undefined
  /** What the server was given too: every message is sealed with it. */
  readonly key?: Uint8Array | undefined
  /** No host and no link drops more than one message with a packet, whatever leaves by one call. */
  readonly isOnePerPacket?: boolean
  /** What to do where nobody answers; default: to look whether there is a server. */
  readonly remedy?: string | undefined
  /** Ends the run at once: it has an error then. */
  readonly signal?: AbortSignal | undefined
  /** Sends no more, waits for what is outstanding, and reports as usual. */
  readonly interrupt?: AbortSignal | undefined
}

export type Dialling = Pick<
  RunOptions,
  'transport' | 'target' | 'clock' | 'family' | 'nagle' | 'bind' | 'socket' | 'key' | 'signal' | 'remedy'
> & {
  readonly job: Pick<Job, 'timeoutNs'> & Partial<Pick<Job, 'workload' | 'patienceNs'>>
}

/** How long a far side that says nothing is waited for, ns. */
export const patienceOf = ({ timeoutNs, patienceNs = timeoutNs }: Dialling['job']): number => patienceNs

/** Dials, but no longer than there is patience. */
export async function dialWithin(options: Dialling): Promise<Endpoint> {
  const { transport, target, job, clock, family, nagle, bind, remedy, signal } = options
  const patienceNs = patienceOf(job)
  const late = new NetcmpError(
    'TIMEOUT',
    `${transport.name}: no answer from ${target} within ${durationText(patienceNs)}${remedy === undefined ? '' : `: ${remedy}`}`,
  )
  const giveUp = new AbortController()
  const timer = setTimeout(() => giveUp.abort(late), patienceNs / NS_PER_MS)
  const either = signal ? AbortSignal.any([signal, giveUp.signal]) : giveUp.signal
  try {
    return await transport.dial(target, { clock, family, nagle, bind, socket: socketFor(options) }, either)
  } finally {
    clearTimeout(timer)
  }
}

/** Of round trips the kernel tells which part was its host's; what does not wait for answers leaves faster untimed. */
function socketFor({ socket, job }: Dialling): SocketOptions | undefined {
  return socket?.engine === 'native' && job.workload === 'echo' ? { ...socket, timed: true } : socket
}
