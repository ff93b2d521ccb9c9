import { describe, expect, it } from 'vitest'
import { durationText, parseDuration, parseRate, parseShare, parseSize } from '../../src/core/units.ts'

describe('units', () => {
  it.each([
    ['64', 64],
    ['64B', 64],
    ['16KiB', 16_384],
    ['1 MiB', 1_048_576],
    ['1.5KiB', 1536],
    ['0', 0],
  ])('size %s is %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes)
  })

  it.each(['', '64kb', '-1', '1.5', 'NaN', '1e3', '0x10', 'MiB', '99999999999MiB'])(
    'size "%s" is refused',
    (text) => {
      expect(() => parseSize(text)).toThrow(/is not a size/)
    },
  )

  it.each([
    ['250ms', 250e6],
    ['1s', 1e9],
    ['100us', 1e5],
    ['2m', 120e9],
    ['0.5s', 5e8],
  ])('duration %s is %d ns', (text, ns) => {
    expect(parseDuration(text)).toBe(ns)
  })

  it.each([
    [300e6, '300 ms'],
    [999e6, '999 ms'],
    [1e9, '1 s'],
    [1.16e9, '1.16 s'],
    [20e9, '20 s'],
  ])('%d ns of waiting are %s', (ns, text) => {
    expect(durationText(ns)).toBe(text)
  })

  it.each(['250', '0s', '-1s', '1h', 's', ''])('duration "%s" is refused', (text) => {
    expect(() => parseDuration(text)).toThrow(/is not a duration/)
  })

  it.each([
    ['1000', 1000],
    ['1000/s', 1000],
    ['0.5', 0.5],
    ['max', 'max'],
  ])('rate %s is %s', (text, rate) => {
    expect(parseRate(text)).toBe(rate)
  })

  it.each(['0', '-5', '1000/m', 'fast', '1e9', ''])('rate "%s" is refused', (text) => {
    expect(() => parseRate(text)).toThrow(/is not a rate/)
  })

  it.each([
    ['0.05', 0.05],
    ['5%', 0.05],
    ['2.5 %', 0.025],
    ['1e-3', 0.001],
    ['0', 0],
  ])('share %s is %f', (text, share) => {
    expect(parseShare(text)).toBe(share)
  })

  it.each(['-5%', '%', '5 percent', '1e999', ''])('share "%s" is refused', (text) => {
    expect(() => parseShare(text)).toThrow(/is not a share/)
  })
})
