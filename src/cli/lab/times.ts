import type { GivenSettings } from '../../compare/settings.ts'
import { NS_PER_MS, NS_PER_SEC } from '../../core/units.ts'
import type { Impairments, LinkConfig } from '../../lab/impairments.ts'

/** A run over a slow link is to have many messages: of 1 MiB one would take seconds. */
const STREAM_BYTES = 16 * 1024

/**
 * TCP sends the first packet of a handshake again: within 20 s four times at least, whether each wait is twice the one
 * before (after 1, 3, 7 and 15 s) or the first ones are a second each (Linux from 6.5 on). Four losses in a row are to end nothing.
 */
const LEAST_PATIENCE_NS = 20 * NS_PER_SEC

/** A handshake, a question that is asked back for its address, its answer, and one that comes too late. */
const PATIENT_ROUND_TRIPS = 4

const MOST_TIMEOUT_NS = 60 * NS_PER_SEC

type Ways = Pick<LinkConfig, 'up' | 'down' | 'mtuBytes'>

/** What a comparison over a link does otherwise than over others, where nobody says. */
export function settingsOver(link: Ways): Pick<GivenSettings, 'streamBytes' | 'patienceNs'> {
  return { streamBytes: STREAM_BYTES, patienceNs: patienceNs(link) }
}

/** After which a message counts as lost. */
export function timeoutNs(link: Ways): number {
  return timeoutFor(roundTripNs(link))
}

/** TCP sends a first packet again after a second: what was lost once is to arrive, with the link's delay, before it counts as lost. */
export function timeoutFor(roundTripNs: number): number {
  return Math.min(MOST_TIMEOUT_NS, NS_PER_SEC + wholeMs(4 * roundTripNs))
}

/** How long a far side that says nothing is waited for. */
export function patienceNs(link: Ways): number {
  return LEAST_PATIENCE_NS + wholeMs(PATIENT_ROUND_TRIPS * roundTripNs(link))
}

/** At most, behind full queues. */
function roundTripNs({ up, down, mtuBytes }: Ways): number {
  return longestNs(up, mtuBytes) + longestNs(down, mtuBytes)
}

function longestNs({ delayNs, jitterNs, bitsPerSec, queuePackets }: Impairments, mtuBytes: number): number {
  const queuedNs = bitsPerSec === null ? 0 : (queuePackets * mtuBytes * 8 * NS_PER_SEC) / bitsPerSec
  return delayNs + jitterNs + queuedNs
}

const wholeMs = (ns: number): number => Math.ceil(ns / NS_PER_MS) * NS_PER_MS
