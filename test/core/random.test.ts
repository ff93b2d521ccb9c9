import { describe, expect, it } from 'vitest'
import { createRandom, shuffled } from '../../src/core/random.ts'

describe('seeded random numbers', () => {
  it('repeat with the seed, and differ with another, also past 32 bits', () => {
    const draw = (seed: number) => {
      const random = createRandom(seed)
      return Array.from({ length: 5 }, () => random.next())
    }
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
    expect(draw(1)).not.toEqual(draw(1 + 2 ** 32))
  })

  it('are even: each tenth of the range gets its share of 100,000', () => {
    const random = createRandom(7)
    const counts = new Array<number>(10).fill(0)
    for (let i = 0; i < 100_000; i++) {
      const tenth = random.below(10)
      counts[tenth] = (counts[tenth] ?? 0) + 1
    }
    // Five standard deviations of a binomial share.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(9000))
  })

  it('shuffle into every order alike, keeping what was there', () => {
    const random = createRandom(3)
    const counts = new Map<string, number>()
    for (let i = 0; i < 6000; i++) {
      const order = shuffled(['a', 'b', 'c'], random).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect([...counts.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba'])
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
})
