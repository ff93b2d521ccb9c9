import type { RunOutcome } from '../drive/run.ts'
import type { Run } from '../result/schema.ts'
import type { Traits } from '../transport/contract.ts'
import { lossBoundMetrics } from './loss-bounds.ts'
import { plain } from './plain-metrics.ts'
import type { WitnessedOutcome } from './witness.ts'

type Drops = RunOutcome['drops']

/** A run as the document has it. `isOneHost`: the far side is on this host, whose counts are not counted twice. */
export function finishedRun(
  run: Pick<Run, 'transport' | 'workload' | 'block' | 'engine' | 'farEngine' | 'capabilities'>,
  { recording, error, drops, link }: WitnessedOutcome,
  traits: Traits,
  isOneHost: boolean,
): Run {
  const members = recording.members()
  const metrics = plain(recording.values())
  const congestion = error ? undefined : recording.connections?.congestion
  const isBounded = !traits.reliable && !error
  const seen = {
    ...(link ? { link } : {}),
    ...(isBounded ? { hostDrops: ofHosts(drops, traits, isOneHost) } : {}),
  }
  return {
    ...run,
    // A run that broke off has no honest ratio: what was still under way is neither lost nor received.
    metrics: error ? {} : { ...metrics, ...lossBoundMetrics([{ ...run, ...seen, metrics }]) },
    ...(congestion ? { congestion } : {}),
    error: error?.message ?? null,
    ...(members && !error ? { members: members.map(plain) } : {}),
    ...seen,
  }
}

function ofHosts(
  { here, far, messagesPerPacket }: Drops,
  { answeredBy }: Traits,
  isOneHost: boolean,
): NonNullable<Run['hostDrops']> {
  if (!isOneHost || here === null) return { here, ...(isOneHost ? {} : { far }), messagesPerPacket }
  const { socket, ...host } = here
  // Of one host the counts are those of both ends; of its sockets each end has its own, but where the host itself answers.
  const farSocket = answeredBy === 'host' ? 0 : far?.socket
  const both = socket === undefined || farSocket === undefined ? {} : { socket: socket + farSocket }
  return { here: { ...host, ...both }, messagesPerPacket }
}
