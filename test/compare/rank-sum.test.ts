import { describe, expect, it } from 'vitest'
import { rankSumCut } from '../../src/compare/rank-sum.ts'

/** Critical values of U at 5 %, two-tailed, numeracy-bank.net, statistical tables. */
const published = [
  [2, 8, 0],
  [2, 20, 2],
  [3, 20, 8],
  [3, 5, 0],
  [4, 4, 0],
  [5, 5, 2],
  [5, 10, 8],
  [6, 6, 5],
  [6, 9, 10],
  [7, 7, 8],
  [8, 8, 13],
  [8, 15, 29],
  [9, 9, 17],
  [10, 10, 23],
  [10, 20, 55],
  [13, 16, 59],
  [15, 15, 64],
  [19, 19, 113],
  [20, 20, 127],
] as const

describe('rankSumCut', () => {
  it.each(published)(
    'of %i and %i values cuts just past the published critical value %i',
    (a, b, critical) => {
      expect(rankSumCut(a, b)?.rank).toBe(critical + 1)
      expect(rankSumCut(b, a)).toEqual(rankSumCut(a, b))
    },
  )

  it('has no cut where even the whole range covers less than 95 %', () => {
    for (const [a, b] of [
      [0, 9],
      [1, 38],
      [2, 7],
      [3, 3],
      [3, 4],
    ] as const)
      expect(rankSumCut(a, b)).toBeNull()
    // One value can be outermost of 40 in two ways.
    expect(rankSumCut(1, 39)?.confidence).toBeCloseTo(0.95, 12)
  })

  it.each([
    [4, 4],
    [5, 8],
    [9, 9],
  ])('states the coverage that counting every way to deal %i and %i values gives', (few, many) => {
    const { rank, confidence } = rankSumCut(few, many) ?? { rank: 0, confidence: 0 }
    let [outside, ways] = [0, 0]
    for (let dealt = 0; dealt < 2 ** (few + many); dealt++) {
      let [taken, exceeded] = [0, 0]
      for (let at = 0; at < few + many; at++) {
        if (dealt & (1 << at)) {
          exceeded += at - taken
          taken++
        }
      }
      if (taken !== few) continue
      ways++
      if (exceeded < rank) outside++
    }
    expect(confidence).toBeCloseTo(1 - (2 * outside) / ways, 12)
    expect(confidence).toBeGreaterThanOrEqual(0.95)
  })

  it('past 10000 pairs of values approximates to within a rank of the exact cut, to the safe side', () => {
    // Gauss's polynomial, in whole numbers: the product of (1 - x^(101 + i)) over (1 - x^i).
    const [few, many] = [100, 101]
    const counts = new Array<bigint>((few * many) / 2 + 1).fill(0n)
    counts[0] = 1n
    for (let i = 1; i <= few; i++) {
      for (let u = counts.length - 1; u >= many + i; u--)
        counts[u] = (counts[u] ?? 0n) - (counts[u - many - i] ?? 0n)
      for (let u = i; u < counts.length; u++) counts[u] = (counts[u] ?? 0n) + (counts[u - i] ?? 0n)
    }
    let all = 1n
    for (let i = 1; i <= few; i++) all = (all * BigInt(many + i)) / BigInt(i)
    let exact = 0
    let below = 0n
    while (40n * (below + (counts[exact] ?? 0n)) <= all) below += counts[exact++] ?? 0n
    expect(exact - (rankSumCut(few, many)?.rank ?? 0)).toBeOneOf([0, 1])
  })
})
