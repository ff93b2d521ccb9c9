import { expect, it } from 'vitest'
import { timeTicks } from '../../src/report/time-ticks.ts'

const MS = 1e6
const texts = (beginNs: number, endNs: number, most: number) =>
  timeTicks(beginNs, endNs, most).map(({ text }) => text)

it.each([
  [0, 286.62, 5, ['0 ms', '100 ms', '200 ms']],
  [41, 143.31, 5, ['50 ms', '100 ms']],
  [-3, 9, 4, ['0 ms', '5 ms']],
  [0, 1, 5, ['0.0 ms', '0.2 ms', '0.4 ms', '0.6 ms', '0.8 ms']],
])('ticks from %d to %d ms, at most %d of them, are round', (begin, end, most, expected) => {
  expect(texts(begin * MS, end * MS, most)).toEqual(expected)
})

it('a span of nothing, or of ten days, has few and finite ones', () => {
  expect(timeTicks(5, 6, 5).length).toBeLessThanOrEqual(5)
  expect(timeTicks(-1e15, 1e15, 5).length).toBeLessThanOrEqual(5)
})
