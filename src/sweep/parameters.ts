import { NetcmpError } from '../core/errors.ts'
import { parseDuration, parseRate, parseSize } from '../core/units.ts'
import { type LinkFlags, linkConfigOf } from '../lab/impairment-options.ts'
import type { Impairments } from '../lab/impairments.ts'
import type { ParameterValue } from '../result/sweep-schema.ts'
import type { GridValue } from './grid.ts'

/** Something that a sweep can vary. */
export interface Parameter {
  /** As documents have it, its unit at the end. */
  readonly id: string
  /** The option that takes a list of its values, as it is typed without the dashes. */
  readonly option: string
  /** A value of the link that joins two hosts of the lab. */
  readonly ofLink: boolean
  /** Reads one value. Throws BAD_VALUE. */
  parse(this: void, text: string): ParameterValue
}

/** In the order in which a cell names them. */
export const parameters: readonly Parameter[] = [
  { id: 'sizeBytes', option: 'size', ofLink: false, parse: parseSize },
  { id: 'totalBytes', option: 'total', ofLink: false, parse: parseSize },
  { id: 'ratePerSec', option: 'rate', ofLink: false, parse: parseRate },
  { id: 'durationNs', option: 'duration', ofLink: false, parse: parseDuration },
  { id: 'streams', option: 'streams', ofLink: false, parse: wholeOf('streams') },
  { id: 'members', option: 'members', ofLink: false, parse: wholeOf('members') },
  { id: 'direction', option: 'direction', ofLink: false, parse: directionOf },
  ofLink('lossRatio', 'loss', 'loss', ({ lossRatio }) => lossRatio),
  ofLink('delayNs', 'delay', 'delay', ({ delayNs }) => delayNs),
  ofLink('jitterNs', 'jitter', 'jitter', ({ jitterNs }) => jitterNs),
  ofLink('linkBitsPerSec', 'link-rate', 'linkRate', ({ bitsPerSec }) => bitsPerSec ?? 'none'),
  ofLink('queuePackets', 'queue', 'queue', ({ queuePackets }) => queuePackets),
  ofLink('duplicateRatio', 'duplicate', 'duplicate', ({ duplicateRatio }) => duplicateRatio),
  ofLink('corruptRatio', 'corrupt', 'corrupt', ({ corruptRatio }) => corruptRatio),
  ofLink('reorderRatio', 'reorder', 'reorder', ({ reorderRatio }) => reorderRatio),
]

function ofLink(
  id: string,
  option: string,
  flag: keyof LinkFlags,
  read: (impairments: Impairments) => ParameterValue,
): Parameter {
  // By itself: whether it goes with the others is seen in each cell.
  const alone = flag === 'jitter' || flag === 'reorder' ? { delay: '10s' } : {}
  const parse = (text: string) => read(linkConfigOf({ ...alone, [flag]: text }).up)
  return { id, option, ofLink: true, parse }
}

function wholeOf(option: string): (text: string) => number {
  return (text) => {
    if (/^\d{1,9}$/.test(text)) return Number(text)
    throw new NetcmpError('BAD_VALUE', `netcmp: --${option} takes whole numbers, not "${text}"`)
  }
}

function directionOf(text: string): string {
  if (['up', 'down', 'both'].includes(text)) return text
  throw new NetcmpError('BAD_VALUE', `netcmp: --direction "${text}" is none (there are up, down, both)`)
}

/** A parameter with the values it is to have. */
export interface Axis {
  readonly parameter: Parameter
  readonly values: readonly GridValue[]
}

/** One value of each axis. */
export type Place = readonly (readonly [parameter: Parameter, value: GridValue])[]

const MOST_CELLS = 1000

/** Every combination, the last axis' values in succession. Throws BAD_VALUE where there are too many. */
export function placesOf(axes: readonly Axis[]): Place[] {
  const count = axes.reduce((product, { values }) => product * values.length, 1)
  if (count > MOST_CELLS) {
    const factors = axes.map(({ parameter, values }) => `${values.length} of --${parameter.option}`)
    throw new NetcmpError(
      'BAD_VALUE',
      `netcmp: a grid of ${count} cells (${factors.join(' x ')}): at most ${MOST_CELLS} can be swept (fewer values)`,
    )
  }
  return axes.reduce<Place[]>(
    (places, { parameter, values }) =>
      places.flatMap((place) => values.map((value) => [...place, [parameter, value] as const])),
    [[]],
  )
}
