import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flow, glued, printable, transportLabel, widthOf, wrap } from '../../src/report/text.ts'

describe('widthOf', () => {
  it.each([
    ['abc', 3],
    ['µs ±', 4],
    ['漢字', 4],
    ['e\u0301', 1],
    ['🙂', 2],
    ['╭─╯', 3],
  ])('%s takes %i columns', (text, columns) => {
    expect(widthOf(text)).toBe(columns)
  })
})

describe('printable', () => {
  it('leaves nothing that a terminal would obey', () => {
    expect(printable('a\u001b[31mb\u0007\r\nc\u202Ed\u200B\uD800')).toBe('a[31mb cd?')
  })
})

describe('wrap', () => {
  it('breaks between words and indents what follows', () => {
    expect(wrap('one two three', 8, '  ')).toEqual(['one two', '  three'])
  })

  it('cuts a word that is longer than a line', () => {
    expect(wrap('abcdefgh ij', 4, ' ')).toEqual(['abcd', ' efg', ' h', ' ij'])
  })

  it('keeps glued words together and prints a space between them', () => {
    expect(wrap(`it took ${glued('5 ms')}`, 10)).toEqual(['it took', '5 ms'])
  })

  it('never exceeds the width', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 4, max: 80 }), (text, columns) => {
        for (const line of wrap(printable(text), columns, '  ')) {
          expect(widthOf(line)).toBeLessThanOrEqual(columns)
        }
      }),
      { seed: 1, numRuns: 500 },
    )
  })
})

it('flow keeps a part whole where a line of its own holds it', () => {
  expect(flow(['one', 'two', 'three four'], 10)).toEqual(['one   two', 'three four'])
})

it('transportLabel is short and plain', () => {
  expect(['tcp', 'ünix | x', 'a-very-long-name'].map(transportLabel)).toEqual([
    'TCP',
    '?NIX???X',
    'A-VERY-LO~',
  ])
})
