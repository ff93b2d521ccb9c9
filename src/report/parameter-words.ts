import type { Parameters, ParameterValue } from '../result/sweep-schema.ts'
import { formatBytes, formatDuration, formatRate, formatValue } from './format-value.ts'
import { printable } from './text.ts'

/** What varies in a sweep, as people call it: one, and many of its values. */
const names: Readonly<Record<string, readonly [one: string, many: string]>> = {
  sizeBytes: ['size', 'sizes'],
  totalBytes: ['total', 'totals'],
  ratePerSec: ['rate', 'rates'],
  durationNs: ['duration', 'durations'],
  streams: ['streams', 'numbers of streams'],
  members: ['members', 'numbers of members'],
  direction: ['direction', 'directions'],
  lossRatio: ['loss', 'losses'],
  delayNs: ['delay', 'delays'],
  jitterNs: ['jitter', 'jitters'],
  linkBitsPerSec: ['link rate', 'link rates'],
  queuePackets: ['queue', 'queues'],
  duplicateRatio: ['duplication', 'duplications'],
  corruptRatio: ['corruption', 'corruptions'],
  reorderRatio: ['reordering', 'reorderings'],
}

export function parameterName(id: string): string {
  return Object.hasOwn(names, id) ? (names[id]?.[0] ?? '') : printable(id)
}

export function parameterNames(id: string): string {
  return Object.hasOwn(names, id) ? (names[id]?.[1] ?? '') : 'cells'
}

/** `100 B`, `1 %`, `20 ms`: by the unit at the end of the parameter's id. */
export function parameterValue(id: string, value: ParameterValue): string {
  if (typeof value === 'string')
    return id === 'ratePerSec' && value === 'max' ? 'full rate' : printable(value)
  if (id.endsWith('BitsPerSec')) return formatValue(value, 'bitsPerSec')
  if (id.endsWith('PerSec')) return formatRate(value)
  if (id.endsWith('Bytes')) return formatBytes(value)
  if (id.endsWith('Ns')) return value === 0 ? '0' : formatDuration(value)
  if (id.endsWith('Ratio')) return `${Number((value * 100).toPrecision(6))} %`
  return String(value)
}

/** `loss 1 %, delay 20 ms`. */
export function placeText(parameters: Parameters, ids: readonly string[]): string {
  return ids
    .flatMap((id) => {
      const value = parameters[id]
      return value === undefined ? [] : [`${parameterName(id)} ${parameterValue(id, value)}`]
    })
    .join(', ')
}
