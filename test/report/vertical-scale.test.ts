import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Unit } from '../../src/measure/metrics.ts'
import { scaleOf } from '../../src/report/vertical-scale.ts'

const labelsOf = (values: readonly number[], unit: Unit) => scaleOf(values, unit).labels
/** Of a label, without its unit. */
const numberIn = (label: string) => Number(/^-?[\d,.]+/.exec(label)?.[0].replaceAll(',', ''))

describe('a linear scale', () => {
  it.each<[values: number[], unit: Unit, labels: string[]]>([
    [[0, 0.2], 'ratio', ['0 %', '2 %', '4 %', '6 %', '8 %', '10 %', '12 %', '14 %', '16 %', '18 %', '20 %']],
    [[1.2e6, 11.1e6], 'bitsPerSec', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((each) => `${each} Mbit/s`)],
    [[20e6, 44e6], 'ns', [20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 42, 44].map((each) => `${each} ms`)],
    [[1300, 1325], 'bytes', ['1,250 B', '1,275 B', '1,300 B', '1,325 B', '1,350 B', '1,375 B']],
  ])('of %j (%s) has round labels, each of them true', (values, unit, labels) => {
    expect(labelsOf(values, unit)).toEqual(labels)
  })

  it('makes no drama of what hardly differs: it spans a tenth of the largest value, in the middle of it', () => {
    const { labels, levelOf } = scaleOf([2, 2.02], 'count')
    expect(labels).toEqual(['1.90', '1.95', '2.00', '2.05', '2.10'])
    expect([2, 2.02].map((each) => Math.round(levelOf(each)))).toEqual([2, 2])
  })

  it('holds every value within half a row, in 2 to 12 steps that are equal as they read', () => {
    const values = fc.array(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(values, fc.constantFrom<Unit>('count', 'bytes', 'perSec'), (given, unit) => {
        const { labels, levelOf, isLogarithmic } = scaleOf(given, unit)
        fc.pre(!isLogarithmic)
        const numbers = labels.map(numberIn)
        expect(labels.length).toBeGreaterThanOrEqual(3)
        expect(labels.length).toBeLessThanOrEqual(13)
        const step = ((numbers.at(-1) ?? 0) - (numbers[0] ?? 0)) / (numbers.length - 1)
        for (const [row, each] of numbers.entries()) {
          expect(levelOf(each)).toBeCloseTo(row, 6)
          expect(each).toBeCloseTo((numbers[0] ?? 0) + row * step, 9)
        }
        for (const each of given) {
          expect(each).toBeGreaterThanOrEqual((numbers[0] ?? 0) - 0.51 * step)
          expect(each).toBeLessThanOrEqual((numbers.at(-1) ?? 0) + 0.51 * step)
        }
      }),
    )
  })
})

describe('a logarithmic scale', () => {
  it.each<[values: number[], unit: Unit, labels: string[]]>([
    [[4e6, 54.8e6], 'ns', ['5 ms', '7 ms', '10 ms', '15 ms', '20 ms', '30 ms', '50 ms']],
    [[18e3, 2.77e6], 'ns', ['20 us', '50 us', '100 us', '200 us', '500 us', '1 ms', '2 ms']],
    [[1, 1e20], 'count', ['1', '100', '10,000', '1,000,000', '100,000,000']],
  ])('of %j (%s) has round labels', (values, unit, labels) => {
    expect(labelsOf(values, unit).slice(0, labels.length)).toEqual(labels)
    expect(scaleOf(values, unit).isLogarithmic).toBe(true)
  })

  it('has a row for each label, exactly there, and what lies between them between', () => {
    const { levelOf } = scaleOf([4e6, 54.8e6], 'ns')
    expect([5e6, 7e6, 10e6, 50e6].map(levelOf)).toEqual([0, 1, 2, 6])
    expect(levelOf(Math.sqrt(5 * 7) * 1e6)).toBeCloseTo(0.5)
    expect([4e6, 54.8e6].map(levelOf)).toEqual([0, 6])
  })
})
