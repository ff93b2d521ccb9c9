import type { Impairments, LinkConfig } from './impairments.ts'
import { noImpairments } from './impairments.ts'

/** One direction as pairs that `--up` and `--down` read again: `loss=2% delay=20ms`; empty where nothing is impaired. */
export function pairsOf(impairments: Impairments): string {
  const { lossRatio, burstLoss, duplicateRatio, corruptRatio, reorderRatio } = impairments
  const { bitsPerSec, queuePackets, delayNs, jitterNs, drop } = impairments
  const pairs: readonly (readonly [key: string, isSet: boolean, text: () => string])[] = [
    ['drop', drop.length > 0, () => drop.map(rangeText).join(',')],
    ['loss', lossRatio > 0, () => shareText(lossRatio)],
    ['burst-loss', burstLoss !== null, () => [burstLoss?.p, burstLoss?.r].map(shareText).join(',')],
    ['duplicate', duplicateRatio > 0, () => shareText(duplicateRatio)],
    ['corrupt', corruptRatio > 0, () => shareText(corruptRatio)],
    ['rate', bitsPerSec !== null, () => rateText(bitsPerSec ?? 0)],
    ['queue', bitsPerSec !== null || queuePackets !== noImpairments.queuePackets, () => `${queuePackets}`],
    ['delay', delayNs > 0, () => delayText(delayNs)],
    ['jitter', jitterNs > 0, () => delayText(jitterNs)],
    ['reorder', reorderRatio > 0, () => shareText(reorderRatio)],
  ]
  return pairs.flatMap(([key, isSet, text]) => (isSet ? `${key}=${text()}` : [])).join(' ')
}

/** A link in one line: `both ways loss=2% delay=20ms; MTU 1500 B, seed 1`. */
export function linkText({ up, down, mtuBytes, seed }: LinkConfig): string {
  const [there, back] = [pairsOf(up), pairsOf(down)]
  const ways =
    there === back ? `both ways ${orNothing(there)}` : `up ${orNothing(there)}, down ${orNothing(back)}`
  return `${ways}; MTU ${mtuBytes} B, seed ${seed}`
}

const orNothing = (pairs: string) => (pairs === '' ? 'unimpaired' : pairs)

const rangeText = ([first, last]: readonly [number, number]) =>
  first === last ? `${first}` : `${first}-${last}`

/** Per cent, where that is the same number when it is read again. */
function shareText(ratio = 0): string {
  const percent = plain(Number((ratio * 100).toPrecision(15)))
  return Number(percent) / 100 === ratio ? `${percent}%` : `${ratio}`
}

function rateText(bitsPerSec: number): string {
  return shortest(bitsPerSec, [
    ['gbit', 1e9],
    ['mbit', 1e6],
    ['kbit', 1e3],
    ['bit', 1],
  ])
}

function delayText(ns: number): string {
  return shortest(ns, [
    ['s', 1e9],
    ['ms', 1e6],
    ['us', 1e3],
  ])
}

/** The shortest text of at least 1 that is the same number when it is read again. */
function shortest(value: number, units: readonly (readonly [name: string, factor: number])[]): string {
  const least = Math.min(...units.map(([, factor]) => factor))
  const texts = units
    .filter(([, factor]) => value >= factor || factor === least)
    .map(([name, factor]) => ({ digits: plain(value / factor), name, factor }))
    .filter(({ digits, factor }) => Math.abs(Number(digits) * factor - value) < 0.5)
    .map(({ digits, name }) => `${digits}${name}`)
  return texts.reduce((best, text) => (text.length < best.length ? text : best))
}

/** Without an exponent, which the options do not read. */
function plain(value: number): string {
  return /e/.test(`${value}`) ? value.toFixed(12).replace(/\.?0+$/, '') : `${value}`
}
