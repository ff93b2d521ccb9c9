import type { Summary, Warning } from '../result/schema.ts'

/** The tool is too late to be believed where its own delay is this much of what it reports. */
const TOO_LATE = 0.5

export interface Drops {
  readonly transport: string
  readonly workload: string
  /** Datagrams. */
  readonly count: number
}

/** What the tool itself did that could explain a result. */
export function warningsOf(summary: readonly Summary[], drops: readonly Drops[]): Warning[] {
  const warnings: Warning[] = []
  for (const { transport, workload, metrics } of summary) {
    const p99 = metrics[workload === 'chat' ? 'deliveryP99Ns' : 'rttP99Ns']
    if (p99 === null || p99 === undefined) continue
    const late = metrics.sendErrorP99Ns ?? 0
    if (late > TOO_LATE * p99) {
      warnings.push({
        code: 'sent-late',
        text: `${transport} ${workload}: 1 % of the messages left ${us(late)} us late or more, which is much of the 99 % row (${us(p99)} us): this computer was busy, lower --rate`,
      })
    }
    const lag = metrics.loopLagP99Ns ?? 0
    if (lag > TOO_LATE * p99) {
      warnings.push({
        code: 'loop-lag',
        text: `${transport} ${workload}: the event loop kept arrivals waiting up to ${us(lag)} us (99 %), which is much of the 99 % row (${us(p99)} us): this computer was busy`,
      })
    }
  }
  for (const { transport, workload, count } of drops) {
    warnings.push({
      code: 'receive-buffer',
      text: `${transport} ${workload}: receive buffers of this host dropped ${count} datagrams meanwhile: that loss is this host's, not the network's (lower --rate, or raise net.core.rmem_max)`,
    })
  }
  return warnings
}

function us(ns: number): string {
  return (ns / 1000).toFixed(ns < 100_000 ? 1 : 0)
}
