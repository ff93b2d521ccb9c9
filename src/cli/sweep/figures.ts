import { NetcmpError } from '../../core/errors.ts'
import { isMetricId, type MetricId } from '../../measure/metrics.ts'
import { leading } from '../../report/live-line.ts'
import type { SweepHead } from '../../result/sweep-schema.ts'
import type { WorkloadName } from '../../workload/names.ts'

/**
 * What is drawn of each workload: the metrics of a list, `echo.rttP50Ns` of one workload, `rttP50Ns` of every one that has
 * it; where there is no list, the one that stands for the workload, and over an uneven link what the median of it hides.
 * Throws BAD_VALUE.
 */
export function figuresOf(
  list: string | undefined,
  workloads: readonly WorkloadName[],
  isUneven: boolean,
): SweepHead['figures'] {
  if (list === undefined) {
    return workloads.flatMap((workload) => {
      const metric = leading[workload]
      const shown = metric === undefined ? [] : [metric, ...(isUneven ? hidden[workload] : [])]
      return shown.map((each) => ({ workload, metric: each }))
    })
  }
  const wanted = list.split(',').map((text) => wantedOf(text.trim(), workloads))
  return workloads.flatMap((workload) =>
    wanted.flatMap(({ metric, of }) => {
      const isOfIt = of === undefined ? isOf(workload, metric) : of === workload
      return isOfIt ? [{ workload, metric }] : []
    }),
  )
}

/** Of the median packet an uneven link says little: what is rare, or never comes, shows here. */
const hidden: Readonly<Record<WorkloadName, readonly MetricId[]>> = {
  echo: ['rttP99Ns', 'lossRatio'],
  connect: [],
  bulk: ['lossRatio'],
  chat: ['deliveryP99Ns', 'lossRatio'],
}

function wantedOf(text: string, workloads: readonly WorkloadName[]): { of?: string; metric: MetricId } {
  const [, of, metric = ''] = /^(?:(\w+)\.)?(\w*)$/.exec(text) ?? []
  if (!isMetricId(metric)) {
    throw new NetcmpError('BAD_VALUE', `netcmp: --metric "${text}" is none (netcmp list metrics names all)`)
  }
  const has = workloads.some((workload) => (of === undefined ? isOf(workload, metric) : workload === of))
  if (!has) {
    const names = workloads.join(', ')
    throw new NetcmpError('BAD_VALUE', `netcmp: --metric ${text} is of no workload of this sweep (${names})`)
  }
  return of === undefined ? { metric } : { of, metric }
}

/** Metrics that only some workloads have, by the beginning of their ids. */
const only: readonly (readonly [id: RegExp, workloads: readonly WorkloadName[]])[] = [
  [/^(rtt|wireRtt|hostNs|ipdv|clockError|interarrival)/, ['echo']],
  [/^(forward|reverse)(Delay|Loss|Duplicate|Reordered)/, ['echo']],
  [/^transferNs/, ['echo', 'bulk']],
  [/^(goodput|messagesPerSec|unread)/, ['bulk']],
  [/^(connect|firstReply|close)/, ['connect']],
  [/^(delivery|orderAgreement)/, ['chat']],
]

function isOf(workload: WorkloadName, metric: MetricId): boolean {
  const known = only.find(([id]) => id.test(metric))
  return known === undefined || known[1].includes(workload)
}
