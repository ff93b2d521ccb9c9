import type { Summary, Warning } from '../result/schema.ts'

/** The tool's own delay of 99 % is too much where it is this many times the median it measures. */
const TOO_LATE = 2

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
    const median = metrics[workload === 'chat' ? 'deliveryP50Ns' : 'rttP50Ns']
    if (median === null || median === undefined) continue
    const spoilt = `against a median of ${us(median)} us: this computer was busy, and the 99 % rows say more of it than of the protocol`
    const late = metrics.sendErrorP99Ns ?? 0
    if (late > TOO_LATE * median) {
      warnings.push({
        code: 'sent-late',
        text: `${transport} ${workload}: 1 % of the messages left ${us(late)} us late or more, ${spoilt}`,
      })
    }
    const lag = metrics.loopLagP99Ns ?? 0
    if (lag > TOO_LATE * median) {
      warnings.push({
        code: 'loop-lag',
        text: `${transport} ${workload}: 1 % of the arrivals waited ${us(lag)} us or more for the event loop, ${spoilt}`,
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
