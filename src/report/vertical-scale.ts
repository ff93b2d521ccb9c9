import type { Unit } from '../measure/metrics.ts'
import { bitRates, formatValue, thousands, times, type UnitName } from './format-value.ts'
import { decimalsOf, roundStep } from './round-step.ts'

/** Rows of a plot, less one. */
const MOST_STEPS = 12
/** Where hardly anything differs. */
const MOST_FLAT_STEPS = 6
/** Past this ratio of the largest to the smallest, a linear scale would flatten all but the extremes. */
const LOGARITHMIC_FROM = 10
/** What differs by less of its size is drawn nearly flat, as it is: an axis spans as much. */
const LEAST_SHARE = 0.1
/** In the unit of any metric: nothing so small is measured. */
const LEAST_SPAN = 1e-9

export interface VerticalScale {
  /** From 0, the lowest row, upwards, a row for each label. */
  levelOf(this: void, value: number): number
  /** By row, from the lowest: round values, exactly there. */
  readonly labels: readonly string[]
  readonly isLogarithmic: boolean
}

/** One that holds all the values. */
export function scaleOf(values: readonly number[], unit: Unit): VerticalScale {
  const least = values.reduce((a, b) => Math.min(a, b))
  const most = values.reduce((a, b) => Math.max(a, b))
  return least > LEAST_SPAN && most / least > LOGARITHMIC_FROM
    ? logarithmic(least, most, unit)
    : linear(least, most, unit)
}

function linear(least: number, most: number, unit: Unit): VerticalScale {
  const size = Math.max(Math.abs(least), Math.abs(most))
  const missing = Math.max(0, LEAST_SHARE * size - (most - least), LEAST_SPAN - (most - least))
  const [low, high] = [least - missing / 2, most + missing / 2]
  const { step, bottom, rows } = closest(low, high, missing > 0 ? MOST_FLAT_STEPS : MOST_STEPS)
  const named = unitOf(size, unit)
  const labels = Array.from({ length: rows + 1 }, (_, row) => {
    return labelOf((bottom + row) * step, unit, named, decimalsOf(step / named[1]))
  })
  return { levelOf: (value) => within(rows, value / step - bottom), labels, isLogarithmic: false }
}

interface Rows {
  readonly step: number
  /** Of the lowest row, in steps. */
  readonly bottom: number
  readonly rows: number
}

/** Each value is drawn in the row next to it, those at the ends too: that may take one row more than there is room for. */
function closest(low: number, high: number, most: number): Rows {
  const [first, second] = [most, most - 1].map((count) => {
    const step = roundStep((high - low) / count, [1, 2, 2.5, 5])
    const bottom = Math.round(low / step)
    return { step, bottom, rows: Math.round(high / step) - bottom }
  }) as [Rows, Rows]
  return first.rows <= most ? first : second
}

function logarithmic(least: number, most: number, unit: Unit): VerticalScale {
  const marks = marksOf(least, most)
  const last = marks.at(-1) ?? most
  const levelOf = (value: number) => {
    const above = Math.max(
      1,
      marks.findIndex((mark) => mark >= Math.min(value, last)),
    )
    const [from = 1, to = 10] = marks.slice(above - 1)
    return within(marks.length - 1, above - 1 + Math.log(value / from) / Math.log(to / from))
  }
  const labels = marks.map((mark) => {
    const named = unitOf(mark, unit)
    return labelOf(mark, unit, named, decimalsOf(mark / named[1]))
  })
  return { levelOf, labels, isLogarithmic: true }
}

/** Round values about evenly apart on a logarithmic scale, from one end to the other: the closest that fit. */
function marksOf(least: number, most: number): number[] {
  for (const mantissas of [
    [1, 1.5, 2, 3, 5, 7],
    [1, 2, 5],
    [1, 3],
  ]) {
    const marks = marksAround(least, most, mantissas, 1)
    if (marks.length <= MOST_STEPS + 1) return marks
  }
  const decades = Math.log10(most) - Math.log10(least)
  return marksAround(least, most, [1], Math.ceil(decades / (MOST_STEPS - 1)))
}

function marksAround(least: number, most: number, mantissas: readonly number[], decades: number): number[] {
  const first = Math.floor(Math.log10(least) / decades) * decades
  const count = Math.ceil((Math.log10(most) - first) / decades) + 1
  const marks = Array.from({ length: count }, (_, n) => Math.min(308, first + n * decades)).flatMap(
    (exponent) => mantissas.map((mantissa) => Number(`${mantissa}e${exponent}`)),
  )
  return marks.slice(nextTo(least, marks), nextTo(most, marks) + 1)
}

/** The index of the mark that a logarithmic scale has next to a value. */
function nextTo(value: number, marks: readonly number[]): number {
  const distances = marks.map((mark) => Math.abs(Math.log(mark / value)))
  return distances.indexOf(Math.min(...distances))
}

const within = (rows: number, level: number): number => Math.min(rows, Math.max(0, level))

/** `1,250 B`, `20 %`, `50/s`; rounded only where its digits would fill the page. */
function labelOf(value: number, unit: Unit, [name, factor]: UnitName, decimals: number): string {
  if (Math.abs(value / factor) >= 1e9 || decimals > 6) return formatValue(value, unit)
  const digits = (value / factor).toFixed(decimals).replace(/^-(0(\.0+)?)$/, '$1')
  return `${thousands(digits)}${/^\w|%/.test(name) ? ' ' : ''}${name}`
}

/** The largest that leaves at least 1. */
function unitOf(size: number, unit: Unit): UnitName {
  const names = unitNames[unit]
  return names.findLast(([, factor]) => size >= factor) ?? names[0] ?? ['', 1]
}

const unitNames: Readonly<Record<Unit, readonly UnitName[]>> = {
  ns: times,
  bitsPerSec: bitRates,
  ratio: [['%', 0.01]],
  bytes: [['B', 1]],
  perSec: [['/s', 1]],
  count: [['', 1]],
}
