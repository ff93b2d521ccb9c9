import type { RunOutcome } from '../drive/run.ts'
import type { MetricValues } from '../measure/metrics.ts'
import type { Metrics, Run } from '../result/schema.ts'
import type { Traits } from '../transport/contract.ts'
import { lossBoundMetrics } from './loss-bounds.ts'

type Drops = RunOutcome['drops']

/** A run as the document has it. `isOneHost`: the far side is on this host, whose counts are not counted twice. */
export function finishedRun(
  run: Pick<Run, 'transport' | 'workload' | 'block' | 'engine'>,
  { recording, error, drops }: RunOutcome,
  traits: Traits,
  isOneHost: boolean,
): Run {
  const members = recording.members()
  const metrics = plain(recording.values())
  const isBounded = !traits.reliable && traits.answeredBy === 'server' && !error
  const hostDrops = isBounded ? { hostDrops: ofHosts(drops, isOneHost) } : {}
  return {
    ...run,
    // A run that broke off has no honest ratio: what was still under way is neither lost nor received.
    metrics: error ? {} : { ...metrics, ...lossBoundMetrics([{ ...run, metrics, ...hostDrops }]) },
    error: error?.message ?? null,
    ...(members && !error ? { members: members.map(plain) } : {}),
    ...hostDrops,
  }
}

function ofHosts({ here, far }: Drops, isOneHost: boolean): NonNullable<Run['hostDrops']> {
  return isOneHost ? { here } : { here, far }
}

/** Every key a number or null. */
export function plain(values: MetricValues): Metrics {
  return Object.fromEntries(Object.entries(values).map(([id, value]) => [id, value ?? null]))
}
