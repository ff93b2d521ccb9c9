import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatDuration,
  formatRate,
  formatTime,
  formatValue,
} from '../../src/report/format-value.ts'

describe('formatValue', () => {
  it.each([
    [0, '0 ns'],
    [38, '38.0 ns'],
    [999.4, '999 ns'],
    [999.6, '1.00 us'],
    [9804, '9.80 us'],
    [58_123, '58.1 us'],
    [999_600, '1.00 ms'],
    [1_234_567, '1.23 ms'],
    [2.5e9, '2.50 s'],
    [12_345e9, '12,300 s'],
    [-1500, '-1.50 us'],
    [1e300, '1.00e291 s'],
  ])('%d ns is %s', (value, text) => {
    expect(formatValue(value, 'ns')).toBe(text)
  })

  it.each([
    [0, '0 %'],
    [1, '100 %'],
    [0.998, '99.8 %'],
    [0.5, '50.0 %'],
    [0.000_444, '0.0444 %'],
    [0.999_56, '99.956 %'],
    [0.999_999_99, '<100 %'],
    [1.5, '150 %'],
    [1e-12, '1.00e-10 %'],
  ])('a share of %d is %s: only nothing reads 0 and only all reads 100', (value, text) => {
    expect(formatValue(value, 'ratio')).toBe(text)
  })

  it('writes rates and counts', () => {
    expect(formatValue(32.44e9, 'bitsPerSec')).toBe('32.4 Gbit/s')
    expect(formatValue(2500, 'bitsPerSec')).toBe('2.50 kbit/s')
    expect(formatValue(12_345, 'perSec')).toBe('12,300/s')
    expect(formatValue(2250, 'count')).toBe('2,250')
    expect(formatValue(1.25, 'count')).toBe('1.25')
  })

  it('writes a dash for what is missing', () => {
    expect(formatValue(null, 'ns')).toBe('-')
  })
})

it('sizes, durations, rates and times read as they are typed', () => {
  expect([0, 64, 1024, 1472, 65_536, 1_048_576].map(formatBytes)).toEqual([
    '0 B',
    '64 B',
    '1 KiB',
    '1472 B',
    '64 KiB',
    '1 MiB',
  ])
  expect([500, 250e6, 1e9, 1.5e9].map(formatDuration)).toEqual(['500 ns', '250 ms', '1 s', '1.5 s'])
  expect([formatRate(1000), formatRate('max')]).toEqual(['1000/s', 'full rate'])
  expect(formatTime('2026-11-21T08:15:42.000+02:00')).toBe('2026-11-21 06:15 UTC')
  expect(formatTime('2026-99-99')).toBe('')
})
