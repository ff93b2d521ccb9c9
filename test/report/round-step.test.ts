import { expect, it } from 'vitest'
import { decimalsOf, roundStep } from '../../src/report/round-step.ts'

it.each([
  [2.5, 2.5],
  [2.51, 5],
  [5.1, 10],
  [0.11, 0.2],
  [1000, 1000],
  [0.001, 0.001],
  [99e9, 100e9],
])('the round step of at least %d is %d', (least, step) => {
  expect(roundStep(least, [1, 2, 2.5, 5])).toBe(step)
})

it.each([
  [1, 0],
  [2.5, 1],
  [0.25, 2],
  [250, 0],
  [0.002 / 0.01, 1],
  [5e-7, 7],
])('multiples of %d take %d decimals', (step, decimals) => {
  expect(decimalsOf(step)).toBe(decimals)
})
