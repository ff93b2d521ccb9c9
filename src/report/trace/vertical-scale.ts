import { NS_PER_MS, NS_PER_SEC, NS_PER_US } from '../../core/units.ts'
import type { Unit } from '../../measure/metrics.ts'
import { formatValue } from '../format-value.ts'

/** Rows of a plot, less one. */
export const HEIGHT = 8
/** Past this ratio of the largest to the smallest, a linear scale would flatten all but the extremes. */
const LOGARITHMIC_FROM = 10

export interface VerticalScale {
  /** From 0, the lowest row, to HEIGHT. */
  levelOf(this: void, value: number): number
  /** By row, from the lowest. */
  readonly labels: readonly string[]
  readonly note: string
}

/** One that holds all the values. */
export function scaleOf(values: readonly number[], unit: Unit): VerticalScale {
  const least = values.reduce((a, b) => Math.min(a, b))
  const most = values.reduce((a, b) => Math.max(a, b))
  const low = most > least ? least : most * 0.9
  const high = most > low ? most : low + 1
  const isLogarithmic = low > 0 && high / low > LOGARITHMIC_FROM
  const forward = isLogarithmic ? Math.log : (value: number) => value
  const back = isLogarithmic ? Math.exp : (value: number) => value
  const span = forward(high) - forward(low)
  const rowAt = (row: number) => Math.min(high, back(forward(low) + (span * row) / HEIGHT))
  const rows = Array.from({ length: HEIGHT + 1 }, (_, row) => rowAt(row))
  return {
    levelOf: (value) => ((forward(value) - forward(low)) / span) * HEIGHT,
    labels: isLogarithmic ? rows.map((value) => formatValue(value, unit)) : inOneUnit(rows, high - low, unit),
    note: isLogarithmic ? ' (log scale)' : '',
  }
}

/** Each unit's name and size, the largest first. */
const unitNames: Readonly<Record<Unit, readonly (readonly [name: string, factor: number])[]>> = {
  ns: [
    [' s', NS_PER_SEC],
    [' ms', NS_PER_MS],
    [' us', NS_PER_US],
    [' ns', 1],
  ],
  bitsPerSec: [
    [' Gbit/s', 1e9],
    [' Mbit/s', 1e6],
    [' kbit/s', 1e3],
    [' bit/s', 1],
  ],
  ratio: [[' %', 0.01]],
  bytes: [[' B', 1]],
  perSec: [['/s', 1]],
  count: [['', 1]],
}

/** Labels of a linear scale, with as many decimals as tell the rows apart. */
function inOneUnit(rows: readonly number[], span: number, unit: Unit): string[] {
  const top = rows[rows.length - 1] ?? 0
  const names = unitNames[unit]
  const [name, factor] = names.find(([, each]) => top >= each) ?? names.at(-1) ?? ['', 1]
  if (top / factor >= 1e6) return rows.map((value) => formatValue(value, unit))
  const places = Math.min(3, Math.max(0, Math.ceil(-Math.log10(span / HEIGHT / factor))))
  return rows.map((value) => `${(value / factor).toFixed(places)}${name}`)
}
