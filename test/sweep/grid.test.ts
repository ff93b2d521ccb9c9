import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NetcmpError } from '../../src/core/errors.ts'
import { parseDuration, parseRate, parseShare, parseSize } from '../../src/core/units.ts'
import { expand } from '../../src/sweep/grid.ts'
import { type Axis, parameters, placesOf } from '../../src/sweep/parameters.ts'

const sizes = (list: string) => expand('size', list, parseSize)
const values = (list: string, parse = parseSize as (text: string) => number | string) =>
  expand('option', list, parse).map(({ value }) => value)
const texts = (list: string, parse: (text: string) => number | string) =>
  expand('option', list, parse).map(({ text }) => text)

describe('a list', () => {
  it('has its values in the order given, each once', () => {
    expect(values('64, 1KiB,100')).toEqual([64, 1024, 100])
    expect(values('100,100..300,200')).toEqual([100, 200, 300])
    expect(values('max,1000', parseRate)).toEqual(['max', 1000])
  })

  it('1,100..1000 has the sizes of the assignment', () => {
    expect(values('1,100..1000')).toEqual([1, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000])
  })
})

describe('a range', () => {
  it('goes up to its end, in steps of its first value or of another', () => {
    expect(values('64..300')).toEqual([64, 128, 192, 256])
    expect(values('100..1000:300')).toEqual([100, 400, 700, 1000])
    expect(values('100..1000:400')).toEqual([100, 500, 900])
    expect(values('7..7')).toEqual([7])
    expect(values('0..20ms:5ms', delay)).toEqual([0, 5e6, 10e6, 15e6, 20e6])
  })

  it('or by doubling, or by any factor', () => {
    expect(values('1KiB..32KiB*2')).toEqual([1024, 2048, 4096, 8192, 16_384, 32_768])
    expect(values('1..1000*10')).toEqual([1, 10, 100, 1000])
    expect(values('100us..1s*10', parseDuration)).toEqual([1e5, 1e6, 1e7, 1e8, 1e9])
  })

  it('names each value in the unit of its first end, and reads no digits that nobody wrote', () => {
    expect(texts('1KiB..4KiB*2', parseSize)).toEqual(['1KiB', '2KiB', '4KiB'])
    expect(texts('0.1%..0.5%', parseShare)).toEqual(['0.1%', '0.2%', '0.3%', '0.4%', '0.5%'])
    expect(values('0.1%..1%', parseShare)[2]).toBe(0.003)
    expect(texts('0..4ms:2ms', delay)).toEqual(['0ms', '2ms', '4ms'])
  })

  it('gives texts that mean its values', () => {
    const ranges = fc.record({
      unit: fc.constantFrom('', 'B', 'KiB'),
      first: fc.integer({ min: 1, max: 500 }),
      more: fc.integer({ min: 0, max: 5000 }),
      by: fc.oneof(
        fc.constant(''),
        fc.integer({ min: 10, max: 50 }).map((step) => `:${step}`),
        fc.constantFrom('*2', '*3'),
      ),
    })
    fc.assert(
      fc.property(ranges, ({ unit, first, more, by }) => {
        const step = by.startsWith(':') ? `${by}${unit}` : by
        if (by === '' && more / first >= 1000) return
        const found = sizes(`${first}${unit}..${first + more}${unit}${step}`)
        const ascending = found.map(({ value }) => value as number)
        expect(found.map(({ text }) => parseSize(text))).toEqual(ascending)
        expect(ascending).toEqual([...new Set(ascending)].sort((a, b) => a - b))
        expect(ascending[0]).toBe(parseSize(`${first}${unit}`))
        expect(ascending.at(-1)).toBeLessThanOrEqual(parseSize(`${first + more}${unit}`))
        const gap = by === '' ? parseSize(`${first}${unit}`) : undefined
        if (gap) expect(ascending.at(-1) ?? 0).toBeGreaterThan(parseSize(`${first + more}${unit}`) - gap)
      }),
    )
  })
})

describe('what is no list is refused in one line', () => {
  it.each([
    ['1000..100', 'is no range (write its smaller end first, as 100..1000)'],
    ['1..2..3', 'is not a size'],
    ['0..10', 'needs a step over 0 (write 0..10:STEP)'],
    ['0..10:0', 'needs a step over 0 (write 0..10:STEP)'],
    ['0..10*2', 'cannot grow from 0'],
    ['1..10*1', 'grows by a number over 1 (write 1KiB..32KiB*2)'],
    ['1..10*x', 'grows by a number over 1'],
    ['1,,2', 'has nothing between two commas'],
    ['', 'has nothing between two commas, or at an end'],
    ['1..', 'is not a size'],
    ['..5', 'is not a size'],
    ['ten', 'is not a size'],
    ['1..1000000000', 'has over 1000 values'],
    ['1..1001', 'has over 1000 values'],
    ['1..600,1000..2000:1', 'has over 1000 values'],
  ])('%s', (list, why) => {
    expect(() => sizes(list)).toThrow(NetcmpError)
    expect(() => sizes(list)).toThrow(why)
  })

  it('whatever it is: it is a list, or BAD_VALUE', () => {
    const piece = fc.constantFrom('1', '64', '..', ',', ':', '*', '2', 'KiB', '%', '-', 'e9', '.', ' ', '0')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        try {
          const found = sizes(pieces.join(''))
          expect(found.length).toBeGreaterThan(0)
          expect(found.length).toBeLessThanOrEqual(1000)
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_VALUE' })
          expect((error as Error).message).not.toContain('\n')
        }
      }),
    )
  })
})

describe('a grid', () => {
  const axis = (option: string, list: string): Axis => {
    const parameter = parameters.find((each) => each.option === option)
    if (parameter === undefined) throw new Error(option)
    return { parameter, values: expand(option, list, parameter.parse) }
  }

  it('has every combination, the last axis in succession', () => {
    const places = placesOf([axis('size', '64,100'), axis('loss', '0,1%'), axis('delay', '0,20ms')])
    const found = places.map((place) => place.map(([{ id }, { value }]) => `${id} ${value}`).join(', '))
    expect(found).toHaveLength(8)
    expect(found.slice(0, 3)).toEqual([
      'sizeBytes 64, lossRatio 0, delayNs 0',
      'sizeBytes 64, lossRatio 0, delayNs 20000000',
      'sizeBytes 64, lossRatio 0.01, delayNs 0',
    ])
    expect(placesOf([])).toEqual([[]])
  })

  it('has a thousand cells at most', () => {
    expect(placesOf([axis('size', '1..100'), axis('streams', '1..10')])).toHaveLength(1000)
    expect(() => placesOf([axis('size', '1..100'), axis('streams', '1..11')])).toThrow(
      'netcmp: a grid of 1100 cells (100 of --size x 11 of --streams): at most 1000 can be swept (fewer values)',
    )
  })

  it('reads values of the link as the lab does', () => {
    expect(values('0,20ms', axis('delay', '0').parameter.parse)).toEqual([0, 20e6])
    expect(values('none,10mbit', axis('link-rate', '1mbit').parameter.parse)).toEqual(['none', 10e6])
    expect(values('1ms,2ms', axis('jitter', '1ms').parameter.parse)).toEqual([1e6, 2e6])
    expect(() => axis('loss', '200%')).toThrow('is not a share')
    expect(() => axis('streams', 'x')).toThrow('netcmp: --streams takes whole numbers, not "x"')
    expect(() => axis('direction', 'left')).toThrow('--direction "left" is none')
  })
})

function delay(text: string): number {
  return text === '0' || text === '0ms' ? 0 : parseDuration(text)
}
