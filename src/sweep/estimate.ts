import type { Settings } from '../compare/settings.ts'
import { NS_PER_MS, NS_PER_SEC } from '../core/units.ts'
import { type Impairments, isLossy } from '../lab/impairments.ts'
import { type SweepShape, type SweepTurn, sweepSchedule } from './schedule.ts'
import type { CellSettings } from './sweep.ts'

/** What a run takes beside its duration: it dials, asks and is answered, and its server stands still before it counts. */
const AROUND_NS = 60 * NS_PER_MS
const ROUND_TRIPS = 6
/** Of a datagram, IPv4; and the largest packet that most links carry. */
const HEADER_BYTES = 28
const ETHERNET_BYTES = 1500

/** How long the runs that are still to be made will take, roughly and at most: what has an end of its own may reach it sooner. */
export function estimateNs(
  shape: SweepShape,
  cells: readonly CellSettings[],
  isMade: (turn: SweepTurn) => boolean,
): number {
  let sumNs = 0
  for (const turn of sweepSchedule(shape)) {
    if (!isMade(turn)) sumNs += runNs(cells[turn.cell] as CellSettings, turn)
  }
  return sumNs
}

function runNs({ settings, link }: CellSettings, turn: SweepTurn): number {
  const { durationNs, timeoutNs } = settings
  const queuedNs = link ? queueNs(settings, turn, link.up) + queueNs(settings, turn, link.down) : 0
  const rttNs = link ? link.up.delayNs + link.down.delayNs + queuedNs : 0
  // A lost message is waited for.
  return durationNs + AROUND_NS + ROUND_TRIPS * rttNs + (link && isLossy(link) ? timeoutNs : 0)
}

/** How long a packet waits at most behind those that a run leaves queued. */
function queueNs(settings: Settings, { workload, of }: SweepTurn, way: Impairments): number {
  const { bitsPerSec, queuePackets } = way
  if (bitsPerSec === null || workload === 'connect') return 0
  const isBulk = workload === 'bulk'
  const messageBytes = isBulk ? (settings.bulkSizeBytes[of.name] ?? 0) : settings.sizeBytes
  const packetBits = 8 * Math.min(messageBytes + HEADER_BYTES, ETHERNET_BYTES)
  const perSec = isBulk ? settings.bulkRatePerSec : settings.ratePerSec
  const offeredBits = perSec === 'max' ? Infinity : 8 * perSec * (messageBytes + HEADER_BYTES)
  const leftBits = Math.max(0, offeredBits - bitsPerSec) * (settings.durationNs / NS_PER_SEC)
  return (Math.min(queuePackets * packetBits, leftBits) / bitsPerSec) * NS_PER_SEC
}

/** `about 1 min 20 s`. */
export function roughly(ns: number): string {
  const seconds = Math.max(1, Math.round(ns / NS_PER_SEC))
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  if (hours > 0) return `${hours} h ${minutes} min`
  if (minutes === 0) return `${seconds} s`
  return minutes < 10 && seconds % 60 > 0 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`
}
