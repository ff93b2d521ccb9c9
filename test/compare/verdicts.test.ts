import { describe, expect, it } from 'vitest'
import { verdictsOf } from '../../src/compare/verdicts.ts'
import type { MetricValues } from '../../src/measure/metrics.ts'
import type { Run, Summary } from '../../src/result/schema.ts'

type ByBlock = readonly (MetricValues | null)[]

/** Runs of echo; the first value is block 0's, and null stands for a failed run. */
function runsOf(transport: string, values: ByBlock, workload = 'echo'): Run[] {
  return values.map((metrics, block) => ({
    transport,
    workload,
    block,
    engine: 'node',
    metrics: metrics ?? {},
    error: metrics === null ? `${transport}: no answer` : null,
  }))
}

const rtt = (...values: (number | null)[]): ByBlock => values.map((rttP50Ns) => ({ rttP50Ns }))

function summaryOf(transport: string, metrics: MetricValues): Summary {
  return { transport, workload: 'echo', engine: 'node', blocks: 6, metrics, curve: null }
}

const compare = (a: ByBlock, b: ByBlock, summary: readonly Summary[] = []) =>
  verdictsOf(['tcp', 'udp'], [...runsOf('tcp', a), ...runsOf('udp', b)], summary)

const warmUp = 999_999

describe('verdictsOf', () => {
  it('compares counted blocks by the ratio b over a, and quotes the summary', () => {
    const a = rtt(warmUp, 100, 110, 120, 90, 80, 105)
    const b = rtt(1, 50, 55, 60, 45, 40, 52.5)
    const summary = [summaryOf('tcp', { rttP50Ns: 101 }), summaryOf('udp', { rttP50Ns: 51 })]
    const [verdict, ...others] = compare(a, b, summary)
    expect(others).toEqual([])
    expect(verdict).toMatchObject({
      workload: 'echo',
      metric: 'rttP50Ns',
      better: 'lower',
      a: { transport: 'tcp', value: 101 },
      b: { transport: 'udp', value: 51 },
      difference: null,
      pairs: 6,
      outcome: 'b',
      reason: null,
    })
    expect(verdict?.ratio).toBeCloseTo(0.5, 12)
    expect(verdict?.ci95?.[0]).toBeCloseTo(0.5, 12)
    expect(verdict?.ci95?.[1]).toBeCloseTo(0.5, 12)
  })

  it('finds the slower side worse, and more of a good thing better', () => {
    const blocks = [1, 2, 3, 4, 5, 6, 7]
    const [slower] = compare(rtt(...blocks), rtt(...blocks.map((value) => value * 3)))
    expect(slower?.outcome).toBe('a')
    const goodput = (factor: number) => blocks.map((value) => ({ goodputBitsPerSec: value * factor }))
    const [more] = compare(goodput(1), goodput(3))
    expect(more).toMatchObject({ metric: 'goodputBitsPerSec', better: 'higher', outcome: 'b' })
  })

  it('shows no difference where the interval holds 1', () => {
    const [verdict] = compare(rtt(1, 10, 10, 10, 10, 10, 10), rtt(1, 9, 9, 9, 9, 9, 11))
    expect(verdict).toMatchObject({ outcome: 'none', reason: null })
    expect(verdict?.ci95?.[1]).toBeCloseTo(1.1, 12)
  })

  it('compares what can be 0 by the difference b minus a', () => {
    const loss = (...values: number[]) => values.map((lossRatio) => ({ lossRatio }))
    const zeros = loss(0, 0, 0, 0, 0, 0, 0)
    const [lossy] = compare(zeros, loss(0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06))
    expect(lossy).toMatchObject({ ratio: null, ci95: [0.01, 0.06], outcome: 'a' })
    expect(lossy?.difference).toBeCloseTo(0.035, 12)
    expect(compare(zeros, zeros)[0]).toMatchObject({ difference: 0, ci95: [0, 0], outcome: 'none' })
  })

  it('gives an estimate but no interval from five blocks, and says so', () => {
    expect(compare(rtt(1, 2, 2, 2, 2, 2), rtt(1, 4, 4, 4, 4, 4))[0]).toMatchObject({
      ratio: 2,
      ci95: null,
      pairs: 5,
      outcome: 'unknown',
      reason: '5 counted blocks; an interval needs 6',
    })
  })

  it('skips a pair that lacks a value or whose run failed, and counts what is left', () => {
    const a = [...rtt(1, 2, 2, 2, 2, 2, 2), null]
    const b = rtt(1, 4, 4, null, 4, 4, 4, 4)
    expect(compare(a, b)[0]).toMatchObject({
      pairs: 5,
      outcome: 'unknown',
      reason: '5 of 7 counted blocks gave both a value; an interval needs 6',
    })
  })

  it('does not take a ratio of 0', () => {
    expect(compare(rtt(1, 2, 2, 2, 2, 2, 2), rtt(1, 2, 2, 0, 2, 2, 2))[0]).toMatchObject({
      ratio: null,
      ci95: null,
      outcome: 'unknown',
      reason: 'block 3 reads 0 or less, and a ratio needs values over 0',
    })
  })

  it('says which side gave nothing, or that no block gave both', () => {
    const six = rtt(1, 2, 2, 2, 2, 2, 2)
    const nothing = rtt(1, null, null, null, null, null, null)
    expect(compare(six, nothing)[0]?.reason).toBe('no counted block of udp has this figure')
    expect(compare(rtt(1, 2, null), rtt(1, null, 2))[0]?.reason).toBe('no counted block gave both a value')
  })

  it('gives none for what neither side measured, for counts, and for the warm-up alone', () => {
    expect(compare(rtt(1, null), rtt(1, null))).toEqual([])
    expect(compare([{}, { sentCount: 4 }], [{}, { sentCount: 4 }])).toEqual([])
    expect(compare(rtt(5), rtt(5))).toEqual([])
  })

  it('takes the first transport as the base of every other, workload by workload', () => {
    const runs = ['connect', 'echo'].flatMap((workload) =>
      ['unix', 'tcp', 'udp'].flatMap((transport) => runsOf(transport, [{}, { lossRatio: 0 }], workload)),
    )
    const verdicts = verdictsOf(['unix', 'tcp', 'udp'], runs, [])
    expect(verdicts.map(({ workload, a, b }) => `${workload} ${a.transport} ${b.transport}`)).toEqual([
      'connect unix tcp',
      'connect unix udp',
      'echo unix tcp',
      'echo unix udp',
    ])
    expect(verdictsOf(['tcp'], runs, [])).toEqual([])
    expect(verdictsOf([], runs, [])).toEqual([])
  })

  it('stays finite where values are too far apart', () => {
    const [verdict] = compare(rtt(1, 1e-300, 1e-300), rtt(1, 1e300, 1e300))
    expect(verdict).toMatchObject({
      ratio: null,
      outcome: 'unknown',
      reason: 'the values are too far apart to compare',
    })
  })
})
