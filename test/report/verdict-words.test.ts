import { describe, expect, it } from 'vitest'
import { points, times, verdictLine, verdictWords } from '../../src/report/verdict-words.ts'
import type { Verdict } from '../../src/result/schema.ts'

const base: Verdict = {
  workload: 'echo',
  metric: 'rttP50Ns',
  better: 'lower',
  a: { transport: 'tcp', value: 1 },
  b: { transport: 'udp', value: 1 },
  ratio: 0.86,
  difference: null,
  ci95: [0.84, 0.88],
  pairs: 9,
  outcome: 'b',
  reason: null,
}

const line = (change: Partial<Verdict>) => verdictLine(verdictWords({ ...base, ...change }))

describe('verdictWords', () => {
  it('says which way in the terms of the metric', () => {
    expect(line({})).toBe('0.86x (0.84 to 0.88)  sooner')
    expect(line({ ratio: 1.31, ci95: [1.2, 1.4], outcome: 'a' })).toBe('1.31x (1.20 to 1.40)  later')
    const less = { ratio: 0.087, ci95: [0.08, 0.09] as [number, number] }
    expect(line({ ...less, metric: 'goodputBitsPerSec', better: 'higher', outcome: 'a' })).toBe(
      '0.087x (0.080 to 0.090)  less',
    )
    expect(line({ ...less, metric: 'connectionsPerSec', better: 'higher', outcome: 'a' })).toMatch(/fewer$/)
    expect(line({ metric: 'cpuNsPerMessage' })).toMatch(/cheaper$/)
    expect(line({ metric: 'cpuNsPerMessage', outcome: 'a' })).toMatch(/dearer$/)
    expect(line({ metric: 'interarrivalJitterNs' })).toMatch(/less$/)
    expect(line({ metric: 'of a newer version' })).toMatch(/less$/)
  })

  it('writes differences of shares in points, with their sign', () => {
    const loss = { metric: 'lossRatio', ratio: null }
    expect(line({ ...loss, difference: 0.012, ci95: [0.011, 0.014], outcome: 'a' })).toBe(
      '+1.2 % (1.1 to 1.4)  more',
    )
    expect(line({ ...loss, difference: -0.002, ci95: [-0.003, -0.001] })).toBe('-0.2 % (-0.3 to -0.1)  less')
  })

  it('names no direction without a difference or an interval', () => {
    expect(line({ outcome: 'none', ci95: [0.9, 1.1] })).toBe('no difference shown')
    expect(line({ outcome: 'unknown', ci95: null })).toBe('0.86x (no interval)')
    expect(line({ outcome: 'unknown', ci95: null, ratio: 1 })).toBe('1.00x (no interval)')
    expect(line({ outcome: 'unknown', ci95: null, ratio: null, difference: 0 })).toBe('0.0 % (no interval)')
    expect(line({ outcome: 'unknown', ci95: null, ratio: null })).toBe('not compared')
  })
})

describe('what differs never reads as the same', () => {
  it.each([
    [
      [1.003, 1.0012, 1.0041],
      ['1.003', '1.001', '1.004'],
    ],
    [
      [0.9996, 0.9992, 0.9998],
      ['0.9996', '0.9992', '0.9998'],
    ],
    [
      [0.594, 0.586, 0.603],
      ['0.594', '0.586', '0.603'],
    ],
    [
      [11.42, 10.9, 12.04],
      ['11.4', '10.9', '12.0'],
    ],
    [
      [240.4, 230.6, 12_345],
      ['240', '231', '12,300'],
    ],
    [
      [0.0874, 0.0868, 0.0882],
      ['0.0874', '0.0868', '0.0882'],
    ],
  ])('ratios %j', (ratios, texts) => {
    expect(times(ratios)).toEqual(texts)
  })

  it.each([
    [
      [0.0004, 0.0002, 0.0006],
      ['+0.04', '0.02', '0.06'],
    ],
    [
      [-0.000_004, -0.000_006, -0.000_002],
      ['-0.0004', '-0.0006', '-0.0002'],
    ],
    [
      [0.5, 0.25, 0.75],
      ['+50.0', '25.0', '75.0'],
    ],
  ])('shares %j', (shares, texts) => {
    expect(points(shares)).toEqual(texts)
  })
})
