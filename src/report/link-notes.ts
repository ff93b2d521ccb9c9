import type { Link } from '../result/schema.ts'
import { formatBytes, formatDuration, formatValue } from './format-value.ts'
import { glued, printable } from './text.ts'

type Impairments = Link['up']

const ETHERNET_MTU_BYTES = 1500

/** What joined the two hosts of a lab, for the header: `link: relay`, `loss 2 %, delay 20 ms each way`. */
export function linkNotes(link: Link): string[] {
  const [up, down] = [impairmentsText(link.up), impairmentsText(link.down)]
  const ways = up === down ? [`${up}${up === UNIMPAIRED ? '' : ' each way'}`] : [`up: ${up}`, `down: ${down}`]
  const mtu = link.mtuBytes === ETHERNET_MTU_BYTES ? [] : [glued(`MTU ${formatBytes(link.mtuBytes)}`)]
  return [glued(`link: ${printable(link.maker)}`), ...ways, ...mtu]
}

const UNIMPAIRED = 'unimpaired'

/** In the words of the options, and in the order in which a packet meets them. */
function impairmentsText(impairments: Impairments): string {
  const { lossRatio, burstLoss, duplicateRatio, corruptRatio, reorderRatio } = impairments
  const { bitsPerSec, queuePackets, delayNs, jitterNs, drop } = impairments
  const share = (name: string, ratio: number) => (ratio > 0 ? [`${name} ${shareText(ratio)}`] : [])
  const words = [
    ...(drop.length === 0 ? [] : [`drop ${packets(drop)}`]),
    ...share('loss', lossRatio),
    ...(burstLoss === null ? [] : [`burst loss p ${shareText(burstLoss.p)} r ${shareText(burstLoss.r)}`]),
    ...share('duplicate', duplicateRatio),
    ...share('corrupt', corruptRatio),
    ...(bitsPerSec === null ? [] : [`rate ${bitRateText(bitsPerSec)}`, `queue ${queuePackets}`]),
    ...(delayNs === 0 ? [] : [`delay ${formatDuration(delayNs)}${jitterText(jitterNs)}`]),
    ...share('reorder', reorderRatio),
  ]
  return words.length === 0 ? UNIMPAIRED : words.map(glued).join(', ')
}

const jitterText = (ns: number) => (ns === 0 ? '' : ` ± ${formatDuration(ns)}`)

/** `10 Mbit/s`, not 10.0. */
const bitRateText = (bitsPerSec: number) =>
  formatValue(bitsPerSec, 'bitsPerSec').replace(/\.0+(?= )|(?<=\.\d*[1-9])0+(?= )/, '')

/** As it was asked for: not rounded to three digits. */
const shareText = (ratio: number) => `${Number((100 * ratio).toPrecision(6))} %`

/** The first few. */
function packets(drop: Impairments['drop']): string {
  const shown = drop.slice(0, 4).map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`))
  const more = drop.length > shown.length ? ' …' : ''
  return `${shown.join(',')}${more}`
}
