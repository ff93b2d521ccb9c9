import { NS_PER_MS, NS_PER_SEC, NS_PER_US, type Rate } from '../core/units.ts'
import type { Unit } from '../measure/metrics.ts'

export type UnitName = readonly [name: string, factor: number]

/** The smallest first. */
export const times: readonly UnitName[] = [
  ['ns', 1],
  ['us', NS_PER_US],
  ['ms', NS_PER_MS],
  ['s', NS_PER_SEC],
]

export const bitRates: readonly UnitName[] = [
  ['bit/s', 1],
  ['kbit/s', 1e3],
  ['Mbit/s', 1e6],
  ['Gbit/s', 1e9],
  ['Tbit/s', 1e12],
]

/** A measured value with its unit and three significant digits; a missing one is a dash. */
export function formatValue(value: number | null, unit: Unit): string {
  if (value === null) return '-'
  switch (unit) {
    case 'ns':
      return scaled(value, times)
    case 'bitsPerSec':
      return scaled(value, bitRates)
    case 'ratio':
      return percent(value)
    case 'bytes':
      return `${formatValue(value, 'count')} B`
    case 'perSec':
      return `${threeDigits(value)}/s`
    case 'count':
      return Number.isInteger(value) && Math.abs(value) < 1e9 ? thousands(String(value)) : threeDigits(value)
  }
}

/** The largest unit that leaves at least 1. */
function scaled(value: number, scale: readonly UnitName[]): string {
  let text = ''
  for (const [name, factor] of scale) {
    const rounded = Number((value / factor).toPrecision(3))
    text = `${threeDigits(rounded)} ${name}`
    if (Math.abs(rounded) < 1000) break
  }
  return text
}

/** `0 %` and `100 %` are exact: what is not quite nothing or not quite all never reads so. */
function percent(ratio: number): string {
  if (ratio === 1) return '100 %'
  const digits = threeDigits(ratio * 100)
  if (digits !== '100') return `${digits} %`
  const closer = (ratio * 100).toFixed(ratio < 1 ? 4 : 2).replace(/0+$/, '')
  if (!closer.startsWith('100.')) return `${closer} %`
  return ratio < 1 ? '<100 %' : '>100 %'
}

/** Three significant digits, with thousands, as `9.80`, `138`, `12,300`. */
export function threeDigits(value: number): string {
  // The largest number there is would round to one that is not.
  const finite = Math.max(-1e308, Math.min(1e308, value))
  const rounded = Number(finite.toPrecision(3))
  const size = Math.abs(rounded)
  if (size === 0) return '0'
  if (size >= 1e9 || size < 1e-6) return rounded.toExponential(2).replace('e+', 'e')
  return thousands(rounded.toFixed(Math.max(0, 2 - Math.floor(Math.log10(size)))))
}

export function thousands(digits: string): string {
  return digits.replace(/^(-?)(\d{4,})/, (_, sign: string, whole: string) => {
    return sign + whole.replace(/\B(?=(\d{3})+$)/g, ',')
  })
}

/** A size as it is typed: `64 B`, `16 KiB`, `1 MiB`. */
export function formatBytes(bytes: number): string {
  const mib = bytes / 1024 / 1024
  if (bytes > 0 && Number.isInteger(mib)) return `${mib} MiB`
  return bytes > 0 && Number.isInteger(bytes / 1024) ? `${bytes / 1024} KiB` : `${bytes} B`
}

/** A duration as it is typed: `250 ms`, `1.5 s`. */
export function formatDuration(ns: number): string {
  const [name, factor] = times.findLast(([, each]) => ns >= each) ?? ['ns', 1]
  return `${Number((ns / factor).toPrecision(6))} ${name}`
}

/** `1000/s`, or `full rate`. */
export function formatRate(rate: Rate): string {
  return rate === 'max' ? 'full rate' : `${rate}/s`
}

/** `2026-11-21 08:15 UTC`; a time that cannot be read is left out. */
export function formatTime(iso: string): string {
  const time = new Date(iso)
  return Number.isNaN(time.getTime()) ? '' : `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
