import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Coverage } from '../../src/packets/coverage.ts'

const anySpan = fc.tuple(fc.nat(60), fc.nat(12)).map(([from, length]) => [from, from + length] as const)

test('covers, meets, and what is new in a span are those of a plain set', () => {
  fc.assert(
    fc.property(fc.array(anySpan, { maxLength: 30 }), anySpan, (spans, [from, to]) => {
      const coverage = new Coverage()
      const seen = new Set<number>()
      for (const [start, end] of spans) {
        const fresh = coverage
          .add(start, end)
          .flatMap(([a, b]) => Array.from({ length: b - a }, (_, i) => a + i))
        const wanted = Array.from({ length: end - start }, (_, i) => start + i).filter((at) => !seen.has(at))
        expect(fresh).toEqual(wanted)
        for (const at of wanted) seen.add(at)
      }
      const inside = Array.from({ length: to - from }, (_, i) => from + i)
      if (inside.length === 0) return
      expect(coverage.covers(from, to)).toBe(inside.every((at) => seen.has(at)))
      expect(coverage.meets(from, to)).toBe(inside.some((at) => seen.has(at)))
    }),
    { numRuns: 500 },
  )
})

test('nothing is not covered, and has nothing new', () => {
  const coverage = new Coverage()
  expect(coverage.covers(0, 5)).toBe(false)
  expect(coverage.add(5, 5)).toEqual([])
  expect(coverage.add(0, 5)).toEqual([[0, 5]])
  expect(coverage.covers(0, Number.NaN)).toBe(false)
  expect(coverage.meets(5, 9)).toBe(false)
})
