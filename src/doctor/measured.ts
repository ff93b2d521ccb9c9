import { clockFacts } from '../compare/host-facts.ts'
import type { Clock } from '../core/clock.ts'
import { NS_PER_MS } from '../core/units.ts'
import { Histogram } from '../measure/histogram.ts'
import type { Finding } from '../report/findings.ts'
import { formatValue } from '../report/format-value.ts'
import { SHOW_BUSIEST } from './processor.ts'

/** How this computer keeps time, measured now; ns. */
export interface Measured {
  /** How much later than asked a timer fired. */
  readonly timerLateMedianNs: number | null
  readonly timerLateMaxNs: number | null
  /** How long an idle turn of the event loop took. */
  readonly turnMedianNs: number | null
  readonly turnMaxNs: number | null
  readonly clockReadNs: number
  readonly clockResolutionNs: number
}

const TIMER_MS = 5
const TIMERS = 40
const TURNS = 2_000

/** Takes a quarter of a second. */
export async function measureHost(clock: Clock): Promise<Measured> {
  const timers = new Histogram()
  for (let i = 0; i < TIMERS; i++) {
    const began = clock.now()
    await new Promise((resolve) => setTimeout(resolve, TIMER_MS))
    timers.record(Math.max(0, clock.now() - began - TIMER_MS * NS_PER_MS))
  }
  const turns = new Histogram()
  for (let i = 0; i < TURNS; i++) {
    const began = clock.now()
    await new Promise((resolve) => setImmediate(resolve))
    turns.record(clock.now() - began)
  }
  const { readNs, resolutionNs } = clockFacts(clock)
  return {
    timerLateMedianNs: timers.percentile(0.5),
    timerLateMaxNs: timers.max,
    turnMedianNs: turns.percentile(0.5),
    turnMaxNs: turns.max,
    clockReadNs: readNs,
    clockResolutionNs: resolutionNs,
  }
}

/** The host clock stops relying on timers so long before a message is due. */
const TIMER_MARGIN_NS = 1_500_000
/** More than that of a round trip on loopback is the event loop's, not the network's. */
const SLOW_TURN_NS = 20_000
const SLOW_READ_NS = 1_000
const COARSE_NS = 1_000

export function measuredFindings(measured: Measured): Finding[] {
  const { timerLateMedianNs, timerLateMaxNs, turnMedianNs, turnMaxNs, clockReadNs, clockResolutionNs } =
    measured
  const ns = (value: number | null) => formatValue(value, 'ns')
  return [
    busyFinding(
      'timer lateness',
      isOver(timerLateMedianNs, TIMER_MARGIN_NS),
      `${ns(timerLateMedianNs)} median, ${ns(timerLateMaxNs)} longest of ${TIMERS}`,
      'messages leave after they are due',
    ),
    busyFinding(
      'event-loop turn',
      isOver(turnMedianNs, SLOW_TURN_NS),
      `${ns(turnMedianNs)} median, ${ns(turnMaxNs)} longest of ${formatValue(TURNS, 'count')}`,
      'every arrival waits for a turn, and round trips hold that',
    ),
    clockReadNs > SLOW_READ_NS || clockResolutionNs > COARSE_NS
      ? {
          check: 'clock',
          level: 'note',
          text: `${ns(clockReadNs)} to read, tells ${ns(clockResolutionNs)} apart: short round trips are not known better than that`,
          remedy: null,
        }
      : {
          check: 'clock',
          level: 'ok',
          text: `${ns(clockReadNs)} to read, tells ${ns(clockResolutionNs)} apart`,
          remedy: null,
        },
  ]
}

const isOver = (value: number | null, limit: number): boolean => value !== null && value > limit

/** What a busy computer makes slow: who keeps it busy is the thing to find out. */
function busyFinding(check: string, slow: boolean, figures: string, harm: string): Finding {
  return slow
    ? { check, level: 'warn', text: `${figures}: ${harm}`, remedy: SHOW_BUSIEST }
    : { check, level: 'ok', text: figures, remedy: null }
}
