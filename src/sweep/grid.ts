import { NetcmpError } from '../core/errors.ts'
import type { ParameterValue } from '../result/sweep-schema.ts'

/** One value of a list: as it would be typed, and what that means. */
export interface GridValue {
  readonly text: string
  readonly value: ParameterValue
}

/** Of one list. */
const MOST_VALUES = 1000

/**
 * The values of `1,100..1000`: what stands between commas, each once, in the order given. A range goes up to its end:
 * `100..1000:300` in steps of 300, `1KiB..32KiB*2` by doubling, and `100..1000` in steps of its first value. `parse` reads
 * one value. Throws BAD_VALUE.
 */
export function expand(
  option: string,
  list: string,
  parse: (text: string) => ParameterValue,
): readonly GridValue[] {
  const found = new Map<ParameterValue, GridValue>()
  for (const item of list.split(',').map((each) => each.trim())) {
    if (item === '') throw refused(option, list, 'has nothing between two commas, or at an end')
    for (const each of valuesOf(option, item, parse)) {
      if (!found.has(each.value)) found.set(each.value, each)
    }
    if (found.size > MOST_VALUES) throw tooMany(option, list)
  }
  return [...found.values()]
}

function refused(option: string, text: string, why: string): NetcmpError {
  return new NetcmpError('BAD_VALUE', `netcmp: --${option} "${text}" ${why}`)
}

const tooMany = (option: string, text: string) =>
  refused(option, text, `has over ${MOST_VALUES} values (a longer step, as 100..1000:100)`)

function valuesOf(
  option: string,
  item: string,
  parse: (text: string) => ParameterValue,
): readonly GridValue[] {
  const range = /^(.+?)\.\.([^:*]+)(?:([:*])(.+))?$/.exec(item)
  if (range === null) return [{ text: item, value: parse(item) }]
  const [, from = '', to = '', sign, by = ''] = range
  const [first, last] = [parse(from), parse(to)]
  if (typeof first !== 'number' || typeof last !== 'number' || last < first) {
    throw refused(option, item, 'is no range (write its smaller end first, as 100..1000)')
  }
  const unit = unitOf(from, to, first, parse)
  if (sign === '*') return grown(option, item, first, last, factorOf(option, item, by), unit)
  const step = sign === ':' ? parse(by) : first
  if (typeof step !== 'number' || step <= 0) {
    throw refused(option, item, `needs a step over 0 (write ${item.replace(/:.*/, '')}:STEP)`)
  }
  const count = Math.floor((last - first) / step + 1e-9) + 1
  if (count > MOST_VALUES) throw tooMany(option, item)
  return Array.from({ length: count }, (_, index) => valueIn(unit, first + index * step))
}

function grown(
  option: string,
  item: string,
  first: number,
  last: number,
  factor: number,
  unit: Unit,
): readonly GridValue[] {
  if (first <= 0) throw refused(option, item, 'cannot grow from 0')
  const count = Math.floor(Math.log(last / first) / Math.log(factor) + 1e-9) + 1
  if (count > MOST_VALUES) throw tooMany(option, item)
  return Array.from({ length: count }, (_, index) => valueIn(unit, first * factor ** index))
}

function factorOf(option: string, item: string, text: string): number {
  const factor = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (factor > 1) return factor
  throw refused(option, item, 'grows by a number over 1 (write 1KiB..32KiB*2)')
}

interface Unit {
  readonly name: string
  readonly factor: number
}

/** As the range's first end is typed; where that is 0, as its last. */
function unitOf(from: string, to: string, first: number, parse: (text: string) => ParameterValue): Unit {
  const name = (first === 0 ? to : from).replace(/^[\d.\s]+/, '')
  const one = parse(`1${name}`)
  return { name, factor: typeof one === 'number' ? one : 1 }
}

/** Rounded, so that ten times 0.1 % is 1 %. */
function valueIn({ name, factor }: Unit, value: number): GridValue {
  const digits = Number((value / factor).toPrecision(12))
  return { text: `${plain(digits)}${name}`, value: Number((digits * factor).toPrecision(15)) }
}

/** Without an exponent, which no option reads. */
function plain(digits: number): string {
  return /e/.test(`${digits}`) ? digits.toFixed(12).replace(/\.?0+$/, '') : `${digits}`
}
