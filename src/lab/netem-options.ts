import { NetcmpError } from '../core/errors.ts'
import { NS_PER_SEC } from '../core/units.ts'
import type { Impairments } from './impairments.ts'

/** Packets that netem may hold; where nothing limits the rate, as many as it may ever have to. */
const MOST_HELD_PACKETS = 200_000
/** netem counts the bytes of frames, a rate is of IP packets. */
const HEADER_BYTES = 14

/**
 * One direction as tc-netem(8) wants it told. Throws BAD_VALUE for what netem cannot do.
 *
 * What it does otherwise than the relay: its draws have no seed of ours; jitter changes the order; packets under way count
 * for the queue; a flipped bit may be in a header, so that the packet goes nowhere.
 */
export function netemOptions(impairments: Impairments, mtuBytes: number): string[] {
  refuse(impairments)
  const { lossRatio, burstLoss, duplicateRatio, corruptRatio, reorderRatio } = impairments
  const { bitsPerSec, delayNs, jitterNs } = impairments
  return [
    ...['limit', `${heldPackets(impairments, mtuBytes)}`],
    ...(delayNs > 0 ? ['delay', time(delayNs), ...(jitterNs > 0 ? [time(jitterNs)] : [])] : []),
    ...(lossRatio > 0 ? ['loss', 'random', percent(lossRatio)] : []),
    ...(burstLoss ? ['loss', 'gemodel', percent(burstLoss.p), percent(burstLoss.r)] : []),
    ...(duplicateRatio > 0 ? ['duplicate', percent(duplicateRatio)] : []),
    ...(corruptRatio > 0 ? ['corrupt', percent(corruptRatio)] : []),
    ...(reorderRatio > 0 ? ['reorder', percent(reorderRatio)] : []),
    ...(bitsPerSec === null ? [] : ['rate', `${Math.round(bitsPerSec)}bit`, `-${HEADER_BYTES}`]),
  ]
}

function refuse({ drop, lossRatio, burstLoss }: Impairments): void {
  const refusals = [
    [drop.length > 0, 'lose packets by number', 'leave out --drop'],
    [lossRatio > 0 && burstLoss !== null, 'lose both single packets and bursts', 'leave out --loss'],
  ] as const
  for (const [isAsked, what, remedy] of refusals) {
    if (isAsked)
      throw new NetcmpError('BAD_VALUE', `netem: it cannot ${what} (${remedy}, or use --link relay)`)
  }
}

/** The queue, and what the delay holds besides. */
function heldPackets({ bitsPerSec, queuePackets, delayNs, jitterNs }: Impairments, mtuBytes: number): number {
  if (bitsPerSec === null) return MOST_HELD_PACKETS
  const delayed = (bitsPerSec * (delayNs + jitterNs)) / NS_PER_SEC / 8 / mtuBytes
  return Math.min(MOST_HELD_PACKETS, queuePackets + Math.ceil(delayed))
}

const time = (ns: number) => `${ns / 1e3}us`
const percent = (ratio: number) => `${Number((100 * ratio).toFixed(7))}%`
