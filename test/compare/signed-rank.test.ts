import { describe, expect, it } from 'vitest'
import { signedRankCut } from '../../src/compare/signed-rank.ts'

/** Two-tailed critical values of T at 5 %, University of York, Department of Mathematics, statistical tables. */
const published = [
  [6, 0],
  [7, 2],
  [8, 3],
  [9, 5],
  [10, 8],
  [11, 10],
  [12, 13],
  [13, 17],
  [14, 21],
  [15, 25],
  [16, 29],
  [17, 34],
  [18, 40],
  [19, 46],
  [20, 52],
  [21, 58],
  [22, 65],
  [23, 73],
  [24, 81],
  [25, 89],
] as const

describe('signedRankCut', () => {
  it.each(published)('with %i pairs cuts just past the published critical value %i', (pairs, critical) => {
    expect(signedRankCut(pairs)?.rank).toBe(critical + 1)
  })

  it('has no cut under 6 pairs, where even the whole range covers less than 95 %', () => {
    expect([0, 1, 5].map(signedRankCut)).toEqual([null, null, null])
  })

  it.each([6, 9, 12])('states the coverage that counting all signs of %i ranks gives', (pairs) => {
    const { rank, confidence } = signedRankCut(pairs) ?? { rank: 0, confidence: 0 }
    let outside = 0
    for (let signs = 0; signs < 2 ** pairs; signs++) {
      let sum = 0
      for (let bit = 0; bit < pairs; bit++) if (signs & (1 << bit)) sum += bit + 1
      if (sum < rank) outside++
    }
    expect(confidence).toBe(1 - (2 * outside) / 2 ** pairs)
    expect(confidence).toBeGreaterThanOrEqual(0.95)
  })

  it('past 200 pairs approximates to within a rank of the exact cut, to the safe side', () => {
    const pairs = 201
    const counts = new Array<bigint>(Math.floor((pairs * (pairs + 1)) / 4) + 1).fill(0n)
    counts[0] = 1n
    for (let rank = 1; rank <= pairs; rank++) {
      for (let sum = counts.length - 1; sum >= rank; sum--) {
        counts[sum] = (counts[sum] ?? 0n) + (counts[sum - rank] ?? 0n)
      }
    }
    let exact = 0
    let below = 0n
    while (40n * (below + (counts[exact] ?? 0n)) <= 2n ** BigInt(pairs)) below += counts[exact++] ?? 0n
    expect(exact - (signedRankCut(pairs)?.rank ?? 0)).toBeOneOf([0, 1])
  })
})
