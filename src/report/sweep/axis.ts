import type { ParameterValue } from '../../result/sweep-schema.ts'

/** Where the values of a parameter stand beneath a plot. */
export interface HorizontalScale {
  /** Of each value, 0 at the left end and 1 at the right, ascending. */
  readonly positions: readonly number[]
  /** What a heading says of it: empty where distances are true. */
  readonly note: string
}

/** Where a logarithmic scale tells values apart that a linear one hardly does. */
const CLEARLY = 2

/**
 * Numbers stand where they are on a linear scale, or on a logarithmic one where that keeps the two nearest clearly apart;
 * anything else stands evenly, in its order. At least two values, the numbers ascending.
 */
export function horizontalScale(values: readonly ParameterValue[]): HorizontalScale {
  const numbers = values.filter((value) => typeof value === 'number')
  const evenly = values.map((_, index) => index / (values.length - 1))
  if (numbers.length < values.length) return { positions: evenly, note: '' }
  const linear = spread(numbers)
  if (numbers.some((value) => value <= 0)) return { positions: linear, note: '' }
  const logarithmic = spread(numbers.map(Math.log))
  return nearest(logarithmic) > CLEARLY * nearest(linear)
    ? { positions: logarithmic, note: ', log scale' }
    : { positions: linear, note: '' }
}

function spread(values: readonly number[]): number[] {
  const [least = 0, most = 1] = [values[0], values.at(-1)]
  return values.map((value) => (value - least) / (most - least))
}

function nearest(positions: readonly number[]): number {
  return Math.min(...positions.slice(1).map((each, index) => each - (positions[index] ?? 0)))
}

/** The axis beneath a plot: a mark for each column of `at`, and as many labels as there is room for, the ends first. */
export function horizontalAxis(
  from: number,
  length: number,
  at: readonly number[],
  labels: readonly string[],
): string[] {
  const line = Array.from({ length: length - 1 }, (_, column) => (at.includes(column + 1) ? '┴' : '─'))
  const width = from + length
  const text = Array.from({ length: width }, () => ' ')
  for (const index of endsFirst(at.length)) {
    const label = [...(labels[index] ?? '')]
    const centred = from + (at[index] ?? 0) - Math.floor((label.length - 1) / 2)
    const start = Math.max(0, Math.min(width - label.length, centred))
    // A blank on either side, so that no two run together.
    const isFree = text.slice(Math.max(0, start - 2), start + label.length + 2).every((each) => each === ' ')
    if (isFree) text.splice(start, label.length, ...label)
  }
  return [`${' '.repeat(from)}└${line.join('')}`, text.join('').trimEnd()]
}

/** The first, the last, and then those between in their order. */
function endsFirst(count: number): number[] {
  const between = Array.from({ length: Math.max(0, count - 2) }, (_, index) => index + 1)
  return count > 1 ? [0, count - 1, ...between] : [0]
}
