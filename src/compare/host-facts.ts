import { arch, availableParallelism, cpus, platform, release } from 'node:os'
import type { Clock } from '../core/clock.ts'
import type { ClockFacts, Host } from '../result/schema.ts'

/** What a result ran on. No names of people or machines. */
export function hostFacts(): Host {
  return {
    platform: platform(),
    release: release(),
    arch: arch(),
    cpu: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
    node: process.versions.node,
  }
}

/** What the clock can tell apart, and what reading it costs: measured now. */
export function clockFacts(clock: Clock): ClockFacts {
  const readings = 10_000
  const began = clock.now()
  let last: number = began
  let resolutionNs = Number.POSITIVE_INFINITY
  for (let i = 0; i < readings; i++) {
    const now = clock.now()
    if (now > last && now - last < resolutionNs) resolutionNs = now - last
    last = now
  }
  return {
    source: 'process.hrtime (monotonic)',
    resolutionNs: Number.isFinite(resolutionNs) ? resolutionNs : last - began,
    readNs: (last - began) / readings,
  }
}
