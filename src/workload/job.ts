import type { Rate } from '../core/units.ts'
import type { WorkloadName } from './names.ts'

/** What to run: the same for every transport that is compared. */
export interface Job {
  readonly workload: WorkloadName
  /** Length of a message, header included. */
  readonly sizeBytes: number
  /** Messages per second and flow, sent on schedule whatever comes back; `max`: as fast as answers or the path allow. */
  readonly ratePerSec: Rate
  readonly durationNs: number
  /** Echo and bulk: each flow sends so many messages, where the run lasts long enough, and is done then. */
  readonly messageCount?: number
  /** A message that takes longer is lost. */
  readonly timeoutNs: number
  /** How long a far side that says nothing is waited for, to be dialled, to open a session and in it; default: `timeoutNs`. */
  readonly patienceNs?: number | undefined
  /** Chat: how many join the room. */
  readonly members: number
  /** Parallel flows of echo, connect and bulk. */
  readonly streams: number
  readonly direction: 'up' | 'down' | 'both'
  /** `host`: the far host's own system, which returns messages as they came and reads no clock. Default: a server. */
  readonly answeredBy?: 'server' | 'host'
  /** The far side reads the same clock (same host): one-way delays are then known, and otherwise estimated. */
  readonly sameClock: boolean
  /** What the host clock read at this run's 0, ns; makes send times comparable across one host. */
  readonly originNs: number
  /** Every byte of bulk’s messages and of echo’s answers is checked. */
  readonly verify: boolean
}
