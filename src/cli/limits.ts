import { NetcmpError } from '../core/errors.ts'
import { NS_PER_MS, NS_PER_SEC, NS_PER_US, parseShare } from '../core/units.ts'
import { isMetricId, type MetricId, metricOf, metrics, type Unit } from '../measure/metrics.ts'
import { formatValue } from '../report/format-value.ts'
import type { ResultDocument } from '../result/schema.ts'

/** A `--fail-on`: what must not hold of a summary. */
export interface Limit {
  /** As it was typed. */
  readonly text: string
  readonly transport: string
  readonly workload: string
  readonly metric: MetricId
  readonly relation: keyof typeof relations
  /** In the unit of the metric. */
  readonly value: number
}

const relations = {
  '>': (value: number, limit: number) => value > limit,
  '>=': (value: number, limit: number) => value >= limit,
  '<': (value: number, limit: number) => value < limit,
  '<=': (value: number, limit: number) => value <= limit,
}

const factors: Readonly<Record<Exclude<Unit, 'ratio'>, Readonly<Record<string, number>>>> = {
  ns: { ns: 1, us: NS_PER_US, ms: NS_PER_MS, s: NS_PER_SEC, m: 60 * NS_PER_SEC },
  bitsPerSec: { 'bit/s': 1, 'kbit/s': 1e3, 'Mbit/s': 1e6, 'Gbit/s': 1e9, 'Tbit/s': 1e12 },
  perSec: { '/s': 1 },
  bytes: { B: 1, KiB: 1024, MiB: 1024 * 1024 },
  count: {},
}

/** `udp.echo.rttP99Ns>2ms`. Throws BAD_VALUE: also where this comparison runs no such transport or workload. */
export function parseLimit(
  text: string,
  run: { readonly transports: readonly string[]; readonly workloads: readonly string[] },
): Limit {
  const refuse = (why: string) => new NetcmpError('BAD_VALUE', `netcmp: --fail-on "${text}": ${why}`)
  const parts = /^\s*([^.\s]+)\.([^.\s]+)\.(\w+)\s*(>=|<=|>|<)\s*(.*?)\s*$/.exec(text)
  if (parts === null) {
    throw refuse(
      'cannot be read (write transport.workload.metric, then > >= < or <=, as udp.echo.lossRatio>1%)',
    )
  }
  const [, transport = '', workload = '', metric = '', relation = '', value = ''] = parts
  if (!run.transports.includes(transport)) {
    throw refuse(`no transport "${transport}" in this comparison (there are ${run.transports.join(', ')})`)
  }
  if (!run.workloads.includes(workload)) {
    throw refuse(`no workload "${workload}" in this comparison (there are ${run.workloads.join(', ')})`)
  }
  if (!isMetricId(metric)) {
    throw refuse(`no metric "${metric}" (there are ${metrics.map(({ id }) => id).join(', ')})`)
  }
  const { unit } = metricOf(metric)
  const limit = limitValue(value, unit)
  if (limit === undefined) throw refuse(`"${value}" is no value of ${metric} (write ${examples[unit]})`)
  return { text, transport, workload, metric, relation: relation as Limit['relation'], value: limit }
}

const examples: Readonly<Record<Unit, string>> = {
  ns: '2ms, 150us, or 2e6 for ns',
  ratio: '0.01 or 1%',
  bitsPerSec: '100Mbit/s, 1Gbit/s, or 1e9 for bit/s',
  perSec: '1000 or 1000/s',
  bytes: '1448, 1448B or 1KiB',
  count: '3',
}

function limitValue(text: string, unit: Unit): number | undefined {
  if (unit === 'ratio') {
    try {
      return parseShare(text)
    } catch {
      return undefined
    }
  }
  const [, digits, suffix = ''] = /^(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*(\D*)$/i.exec(text) ?? []
  const factor = suffix === '' ? 1 : factors[unit][suffix]
  const value = Number(digits) * (factor ?? Number.NaN)
  return Number.isFinite(value) ? value : undefined
}

/** The limits that a result misses, each as an error. What was not measured misses every limit. */
export function missedLimits({ summary }: ResultDocument, limits: readonly Limit[]): NetcmpError[] {
  return limits.flatMap(({ text, transport, workload, metric, relation, value: limit }) => {
    const found = summary.find((each) => each.transport === transport && each.workload === workload)
    const value = found?.metrics[metric] ?? null
    if (value !== null && !relations[relation](value, limit)) return []
    const what = value === null ? 'was not measured' : `is ${formatValue(value, metricOf(metric).unit)}`
    return [new NetcmpError('LIMIT_MISSED', `netcmp: limit ${text} missed: ${metric} ${what}`)]
  })
}
