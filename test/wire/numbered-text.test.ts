import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LAST_NUMBER, LEAST_NUMBERED_BYTES, numberedText, numberOf } from '../../src/wire/numbered-text.ts'

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

it('can be read by people', () => {
  expect(text(numberedText(7, 20))).toBe('message 7 ..........')
})

it('says its number, in any length that is long enough', () => {
  const number = fc.integer({ min: 1, max: LAST_NUMBER })
  const bytes = fc.integer({ min: LEAST_NUMBERED_BYTES, max: 2000 })
  fc.assert(fc.property(number, bytes, (each, length) => numberOf(numberedText(each, length)) === each))
})

it('anything else says none', () => {
  for (const each of [
    '',
    'message ',
    'message 0 ',
    'message 07 ',
    'message 7',
    'message 12345678 ',
    'Message 7 ',
  ]) {
    expect(numberOf(Buffer.from(each))).toBeNull()
  }
})
