import type { MetricValues } from '../measure/metrics.ts'
import type { Metrics } from '../result/schema.ts'

/** As the document has it: every key a number or null. */
export function plain(values: MetricValues): Metrics {
  return Object.fromEntries(Object.entries(values).map(([id, value]) => [id, value ?? null]))
}
