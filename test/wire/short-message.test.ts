import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isShort, readShortSeq, writeShortSeq } from '../../src/wire/short-message.ts'

it('a message under 32 B is short', () => {
  expect([1, 31, 32].map(isShort)).toEqual([true, true, false])
})

it('carries the low bytes of its number at its end', () => {
  const one = new Uint8Array([7])
  writeShortSeq(one, 300)
  expect([...one]).toEqual([44])
  const six = new Uint8Array([9, 9, 9, 9, 9, 9])
  writeShortSeq(six, 0x1_02_03_04_05)
  expect([...six]).toEqual([9, 9, 2, 3, 4, 5])
})

it.each([
  [44, 301, 300],
  [44, 300 + 127, 300],
  [44, 300 - 127, 300],
  [255, 0, 255],
  [200, 3, 200],
  [0, 256, 256],
])('the byte %d where %d is expected is number %d', (low, expected, seq) => {
  expect(readShortSeq(new Uint8Array([low]), expected)).toBe(seq)
})

it('is read as it was written, while fewer than half of all such numbers lie between', () => {
  const messages = fc.record({
    bytes: fc.integer({ min: 1, max: 31 }),
    seq: fc.integer({ min: 0, max: 2 ** 40 }),
    ahead: fc.integer({ min: -127, max: 127 }),
  })
  fc.assert(
    fc.property(messages, ({ bytes, seq, ahead }) => {
      const message = new Uint8Array(bytes)
      writeShortSeq(message, seq)
      expect(readShortSeq(message, Math.max(0, seq + ahead))).toBe(seq)
    }),
  )
})
