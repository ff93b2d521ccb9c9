import type { Run, Summed, Warning } from '../result/schema.ts'
import { hostLosses } from './host-losses.ts'

/**
 * The tool's own delay of 99 % is too much where it is this many times the median it measures; or, since the median holds it
 * where most messages are late, where it is long and half of it.
 */
const TOO_LATE = 2
const LONG_NS = 5e6

/** What the tool and the hosts did that could explain a result. */
export function warningsOf(summary: readonly Summed[], runs: readonly Run[]): Warning[] {
  const warnings = [
    lateness('sent-late', 'sendErrorP99Ns', '1 % of the messages left late', summary),
    lateness('loop-lag', 'loopLagP99Ns', '1 % of the arrivals waited for the event loop', summary),
  ].filter((warning) => warning !== undefined)
  return [...warnings, ...hostLosses(summary, runs)]
}

/** One warning for all runs in which the tool's own delay was too much of what it measured. */
function lateness(
  code: string,
  metric: 'sendErrorP99Ns' | 'loopLagP99Ns',
  what: string,
  summary: readonly Summed[],
): Warning | undefined {
  const spoilt = summary.flatMap(({ transport, workload, metrics }) => {
    const median = metrics[workload === 'chat' ? 'deliveryP50Ns' : 'rttP50Ns']
    const late = metrics[metric]
    if (median === null || median === undefined || late === null || late === undefined) return []
    return late > TOO_LATE * median || (late > LONG_NS && late > median / 2)
      ? [`${transport} ${workload} by ${time(late)} (median ${time(median)})`]
      : []
  })
  if (spoilt.length === 0) return undefined
  return {
    code,
    text: `${what}, ${spoilt.join(', ')} or more: this computer was busy, and the slowest 1 % say more of it than of the protocol`,
  }
}

function time(ns: number): string {
  return ns < 1e6 ? `${Number((ns / 1e3).toPrecision(3))} us` : `${Number((ns / 1e6).toPrecision(3))} ms`
}
