import { describe, expect, it } from 'vitest'
import { diffResults } from '../../src/compare/diff.ts'
import type { MetricId } from '../../src/measure/metrics.ts'
import type { Metrics, ResultDocument } from '../../src/result/schema.ts'
import { sampleResult } from '../report/sample-result.ts'

const sample = sampleResult({ transports: ['tcp'], workloads: ['echo'], blocks: 10 })

/** A result whose blocks, the warm-up before them, have exactly these values. */
function resultOf(metric: MetricId, values: readonly (number | null)[]): ResultDocument {
  const metricsOf = (value: number | null): Metrics => ({ [metric]: value })
  const runs = [7e9, ...values].map((value, block) => ({
    transport: 'tcp',
    workload: 'echo',
    block,
    engine: 'node',
    metrics: metricsOf(value),
    error: null,
  }))
  return {
    ...sample,
    runs,
    summary: [{ ...sample.summary[0], metrics: metricsOf(77) }] as typeof sample.summary,
  }
}

function diff(a: ResultDocument, b: ResultDocument, threshold?: number) {
  return diffResults({ name: 'a.json', document: a }, { name: 'b.json', document: b }, threshold)
}

function changeOf(metric: MetricId, a: (number | null)[], b: (number | null)[], threshold?: number) {
  const { changes } = diff(resultOf(metric, a), resultOf(metric, b), threshold)
  expect(changes).toHaveLength(1)
  return changes[0]
}

/** In another order, for blocks of two results are no pairs. */
const shuffled = (values: readonly number[], factor: number) => values.map((each) => each * factor).reverse()
const values = [100, 101, 102, 103, 104, 105]

describe('diffResults', () => {
  it('judges ratios of durations by the blocks, without the warm-up, and quotes the summaries', () => {
    const change = changeOf('rttP50Ns', values, shuffled(values, 2))
    expect(change).toMatchObject({
      transport: 'tcp',
      workload: 'echo',
      metric: 'rttP50Ns',
      a: { value: 77, blocks: 6 },
      b: { value: 77, blocks: 6 },
      difference: null,
      outcome: 'a',
      regression: true,
      reason: null,
    })
    // The median of all quotients, and the sixth of 36 from either end.
    expect(change?.ratio).toBeCloseTo(2, 12)
    const quotients = values.flatMap((a) => values.map((b) => (2 * b) / a)).sort((x, y) => x - y)
    expect(change?.ci95?.[0]).toBeCloseTo(quotients[5] ?? 0, 12)
    expect(change?.ci95?.[1]).toBeCloseTo(quotients.at(-6) ?? 0, 12)
  })

  it.each([
    ['less delay is better', 'rttP50Ns', 0.5, 'b', false],
    ['less goodput is worse', 'goodputBitsPerSec', 0.5, 'a', true],
    ['more goodput is better', 'goodputBitsPerSec', 2, 'b', false],
    ['the same is no difference', 'rttP50Ns', 1, 'none', false],
  ] as const)('%s', (_, metric, factor, outcome, regression) => {
    expect(changeOf(metric, values, shuffled(values, factor))).toMatchObject({ outcome, regression })
  })

  it('judges shares by their difference', () => {
    const lost = [0, 0.01, 0, 0, 0.01, 0]
    const more = lost.map((share) => share + 0.25)
    expect(changeOf('lossRatio', lost, more)).toMatchObject({
      ratio: null,
      difference: 0.25,
      outcome: 'a',
      regression: true,
    })
  })

  it.each([
    ['rttP50Ns', 1.5, 0.49, true],
    ['rttP50Ns', 1.5, 0.51, false],
    ['goodputBitsPerSec', 0.5, 0.49, true],
    ['goodputBitsPerSec', 0.5, 0.51, false],
  ] as const)('%s at %fx is past a threshold of %f: %j', (metric, factor, threshold, regression) => {
    expect(changeOf(metric, values, shuffled(values, factor), threshold)).toMatchObject({
      outcome: 'a',
      regression,
    })
  })

  it('counts a threshold of shares in percentage points', () => {
    const none = [0, 0, 0, 0]
    const some = [0.1, 0.1, 0.1, 0.1]
    expect(changeOf('lossRatio', none, some, 0.09)?.regression).toBe(true)
    expect(changeOf('lossRatio', none, some, 0.1)?.regression).toBe(false)
  })

  it('finds no regression in a worse estimate whose interval includes no difference', () => {
    const change = changeOf('rttP50Ns', [100, 300, 200, 110], [400, 120, 290, 210], 0.05)
    expect(change?.ratio).toBeGreaterThan(1.05)
    expect(change).toMatchObject({ outcome: 'none', regression: false })
  })

  it.each([
    [
      'too few blocks',
      [100, 101, 102],
      [200, 201, 202],
      '3 and 3 counted blocks are too few for an interval (4 and 4 are enough)',
    ],
    ['no value', [1, 2, 3, 4], [null, null, null, null], 'B gave no value in any counted block'],
    ['a zero', [1, 0, 3, 4], [1, 2, 3, 4], 'a block of A reads 0 or less, and a ratio needs values over 0'],
  ])('%s: unknown, with the reason', (_, a, b, reason) => {
    expect(changeOf('rttP50Ns', a, b)).toMatchObject({
      ci95: null,
      outcome: 'unknown',
      reason,
      regression: false,
    })
  })

  it('does not count a run that failed', () => {
    const failed = resultOf('rttP50Ns', values)
    const runs = failed.runs.map((run) => (run.block === 3 ? { ...run, error: 'tcp: no answer' } : run))
    expect(diff({ ...failed, runs }, failed).changes[0]?.a.blocks).toBe(5)
  })

  it('compares no count of messages of different sizes', () => {
    const bulk = sampleResult({ transports: ['tcp'], workloads: ['bulk'] })
    const other = { ...bulk, config: { ...bulk.config, bulkSizeBytes: { tcp: 1400 } } }
    const outcomes = diff(bulk, other).changes.flatMap(({ metric, outcome, reason }) =>
      outcome === 'unknown' ? [[metric, reason]] : [],
    )
    const reason = 'A and B sent messages of different sizes'
    expect(outcomes).toEqual([
      ['messagesPerSec', reason],
      ['cpuNsPerMessage', reason],
    ])
  })

  it('says what only one of them has, and refuses two that share nothing', () => {
    const echo = sampleResult({ transports: ['tcp'], workloads: ['echo'] })
    const both = sampleResult({ transports: ['tcp', 'udp'], workloads: ['echo'] })
    const udp = sampleResult({ transports: ['udp'], workloads: ['echo'] })
    const reasons = diff(echo, both)
      .changes.filter(({ transport }) => transport === 'udp')
      .map(({ reason }) => reason)
    expect(new Set(reasons)).toEqual(new Set(['A gave no value in any counted block']))
    expect(() => diff(echo, udp)).toThrow(
      'netcmp: nothing to compare: no workload was measured over the same transport in a.json and b.json (run both with the same --proto and --workload)',
    )
  })

  it('names what did not run alike in one warning, but neither seed nor ports', () => {
    const { config, host, tool } = sample
    const other = {
      ...sample,
      partial: true,
      config: {
        ...config,
        seed: 2,
        addresses: { tcp: '127.0.0.1:9' },
        sizeBytes: 1400,
        blocks: 20,
        socket: { spin: true },
      },
      host: { ...host, node: 'v22.1.0' },
      tool: { ...tool, version: '0.2.0' },
    }
    expect(diff(sample, sample).warnings).toEqual([])
    expect(diff(sample, other).warnings).toEqual([
      {
        code: 'settings',
        text: 'A and B did not run alike, which may explain a difference: sizeBytes (64 and 1400), blocks (10 and 20), spin (nothing and true), host node (v20.20.2 and v22.1.0), netcmp version (0.1.0 and 0.2.0)',
      },
      { code: 'partial', text: 'B was cut short, and has fewer blocks' },
    ])
  })

  it('names engines that differ, of a transport that both ran and where both tell', () => {
    const driven = (engine: string, farEngine?: string) => ({
      ...sample,
      runs: sample.runs.map((run) =>
        run.transport === 'tcp' ? { ...run, engine, ...(farEngine ? { farEngine } : {}) } : run,
      ),
    })
    const said = (a: typeof sample, b: typeof sample) =>
      diff(a, b).warnings.map(({ text }) => text.replace(/^.*: /, ''))
    expect(said(driven('node', 'native'), driven('native', 'node'))).toEqual([
      'engine of tcp (node and native), server’s engine of tcp (native and node)',
    ])
    expect(said(driven('node', 'native'), driven('node'))).toEqual([])
  })

  it('takes no order of members for a difference', () => {
    const { config } = sample
    const one = { ...sample, config: { ...config, bulkSizeBytes: { tcp: 1, udp: 2 } } }
    const two = { ...sample, config: { ...config, bulkSizeBytes: { udp: 2, tcp: 1 } } }
    expect(diff(one, two).warnings).toEqual([])
  })
})
