import { createRandom } from '../../../src/core/random.ts'
import type { Config, Metrics } from '../../../src/result/schema.ts'
import type { ParameterValue, SweepDocument, SweepHead, SweepLine } from '../../../src/result/sweep-schema.ts'
import { sweepDocument } from '../../../src/sweep/document.ts'
import { sampleResult } from '../sample-result.ts'

export interface SampleSweepOptions {
  transports?: readonly string[]
  workloads?: readonly string[]
  parameters?: readonly { id: string; values: readonly ParameterValue[] }[]
  figures?: readonly { workload: string; metric: string }[]
  blocks?: number
  /** What a run reads: without noise, which is added. */
  metricsOf?: (at: Readonly<Record<string, ParameterValue>>, transport: string, workload: string) => Metrics
  /** Why a run failed; undefined where it did not. */
  failing?: (at: Readonly<Record<string, ParameterValue>>, transport: string) => string | undefined
  /** Only the first so many runs were made. */
  cutAfter?: number
}

const SIZES = [1, 100, 200, 400, 800, 1000]

/** The longer a message the later its answer, and UDP’s sooner where messages are short. */
function roundTrip(at: Readonly<Record<string, ParameterValue>>, transport: string): Metrics {
  const size = Number(at.sizeBytes ?? 64)
  const rttP50Ns = 50_000 + 20 * size - (transport === 'udp' && size < 500 ? 6000 : 0)
  return { rttP50Ns, rttP99Ns: 2 * rttP50Ns, lossRatio: 0, sentCount: 250, receivedCount: 250 }
}

/** The head and the lines of a sweep’s file. The same options, the same bytes. */
export function sampleLines(options: SampleSweepOptions = {}): { head: SweepHead; lines: SweepLine[] } {
  const { transports = ['tcp', 'udp'], workloads = ['echo'], blocks = 10, metricsOf = roundTrip } = options
  const { parameters = [{ id: 'sizeBytes', values: SIZES }], failing = () => undefined } = options
  const sample = sampleResult({ workloads: [] })
  const { durationNs: _, ...tool } = sample.tool
  const config: Config = { ...sample.config, transports: [...transports], workloads: [...workloads], blocks }
  const cells = parameters.reduce<Record<string, ParameterValue>[]>(
    (all, { id, values }) => all.flatMap((at) => values.map((value) => ({ ...at, [id]: value }))),
    [{}],
  )
  const random = createRandom(3)
  const lines: SweepLine[] = []
  for (let block = 0; block < blocks; block++) {
    for (const [cell, at] of cells.entries()) {
      for (const workload of workloads) {
        for (const transport of transports) {
          const error = failing(at, transport) ?? null
          const noise = 1 + 0.02 * (random.next() - 0.5)
          const metrics = Object.fromEntries(
            Object.entries(metricsOf(at, transport, workload)).map(([id, value]) => [
              id,
              value === null || !/Ns$|PerSec$/.test(id) ? value : Math.round(value * noise),
            ]),
          )
          const run = {
            transport,
            workload,
            block,
            engine: 'node',
            metrics: error === null ? metrics : {},
            error,
          }
          lines.push({ type: 'run', cell, ...run })
        }
      }
    }
  }
  const head: SweepHead = {
    type: 'sweep',
    schema: 'netcmp.sweep/1',
    tool,
    host: sample.host,
    clock: sample.clock,
    config,
    parameters: parameters.map(({ id, values }) => ({ id, values: [...values] })),
    warnings: [],
    figures: [...(options.figures ?? [{ workload: 'echo', metric: 'rttP50Ns' }])],
    cells: cells.map((each) => ({ parameters: each })),
    engine: 'node',
    options: { size: '1,100,200,400,800,1000' },
  }
  return { head, lines: lines.slice(0, options.cutAfter) }
}

export function sampleSweep(options: SampleSweepOptions = {}): SweepDocument {
  const { head, lines } = sampleLines(options)
  return sweepDocument(head, lines)
}
