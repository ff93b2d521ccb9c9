import type { MetricValues } from './metrics.ts'

/** What one receiver, or several summed, made of the messages sent to it. */
export interface ArrivalCounts {
  sentCount: number
  /** Each message once. */
  receivedCount: number
  /** Extra copies. */
  duplicateCount: number
  reorderedCount: number
  /** Messages. */
  extentMax: number
  lostCount: number
  /** Runs of consecutive losses. */
  burstCount: number
  burstMax: number
}

export function noArrivals(): ArrivalCounts {
  return {
    sentCount: 0,
    receivedCount: 0,
    duplicateCount: 0,
    reorderedCount: 0,
    extentMax: 0,
    lostCount: 0,
    burstCount: 0,
    burstMax: 0,
  }
}

export function addArrivals(into: ArrivalCounts, from: ArrivalCounts): void {
  into.sentCount += from.sentCount
  into.receivedCount += from.receivedCount
  into.duplicateCount += from.duplicateCount
  into.reorderedCount += from.reorderedCount
  into.extentMax = Math.max(into.extentMax, from.extentMax)
  into.lostCount += from.lostCount
  into.burstCount += from.burstCount
  into.burstMax = Math.max(into.burstMax, from.burstMax)
}

/** `part` of `whole`; null where there is no whole to take a part of. */
export function ratioOf(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null
}

export function arrivalMetrics(counts: ArrivalCounts): MetricValues {
  return {
    lossRatio: ratioOf(counts.lostCount, counts.sentCount),
    lossBurstMean: counts.sentCount > 0 ? (ratioOf(counts.lostCount, counts.burstCount) ?? 0) : null,
    lossBurstMax: counts.sentCount > 0 ? counts.burstMax : null,
    duplicateRatio: ratioOf(counts.duplicateCount, counts.receivedCount),
    reorderedRatio: ratioOf(counts.reorderedCount, counts.receivedCount),
    reorderingExtentMax: counts.receivedCount > 0 ? counts.extentMax : null,
    sentCount: counts.sentCount,
    receivedCount: counts.receivedCount,
  }
}
