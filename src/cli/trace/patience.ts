import { NS_PER_SEC } from '../../core/units.ts'
import type { Impairments, LinkConfig } from '../../lab/impairments.ts'
import type { TraceConfig } from '../../result/trace-schema.ts'
import { timeoutFor } from '../lab/times.ts'

/** TCP repeats a lost SYN after 1 s, 3 s and 7 s (Linux from 6.5 on: each second at first); another segment sooner. */
const LEAST_TCP_NS = 8 * NS_PER_SEC

/** What a packet of TCP has beside its payload at most, as a rule: IPv6, and options. */
const HEADER_BYTES = 80

/** What is said, and over what. */
export interface Said extends Pick<TraceConfig, 'messages' | 'sizeBytes' | 'ratePerSec'> {
  readonly link: Pick<LinkConfig, 'up' | 'down' | 'mtuBytes'>
}

/** How long each protocol waits for an answer. */
export interface Patience {
  readonly udpNs: number
  readonly tcpNs: number
}

/**
 * A second and four round trips, as in a comparison over that link; at least as long as a message and its answer take that
 * are not lost. TCP is to see a lost SYN again.
 */
export function patienceOver(said: Said): Patience {
  const roundTripNs = transitNs(said, said.link.up) + transitNs(said, said.link.down)
  const udpNs = Math.max(timeoutFor(roundTripNs), NS_PER_SEC + Math.ceil(roundTripNs))
  return { udpNs, tcpNs: Math.max(udpNs, LEAST_TCP_NS + Math.ceil(roundTripNs)) }
}

/** What is given holds; but TCP is to see a lost SYN again. */
export function patienceOf(timeoutNs: number): Patience {
  return { udpNs: timeoutNs, tcpNs: Math.max(timeoutNs, LEAST_TCP_NS) }
}

/** Of the message that takes longest, one way: it waits for what of those before it the link has not sent yet. */
function transitNs({ messages, sizeBytes, ratePerSec, link }: Said, way: Impairments): number {
  const { delayNs, jitterNs, bitsPerSec, queuePackets } = way
  if (bitsPerSec === null) return delayNs + jitterNs
  // Over TCP an acknowledgement goes the same way, beside what is said.
  const packets = 1 + Math.ceil(sizeBytes / (link.mtuBytes - HEADER_BYTES))
  const messageBytes = sizeBytes + packets * HEADER_BYTES
  const sendingNs = (bytes: number) => (bytes * 8 * NS_PER_SEC) / bitsPerSec
  const saidAfterNs =
    ratePerSec === null ? Number.POSITIVE_INFINITY : ((messages - 1) * NS_PER_SEC) / ratePerSec
  const behindNs = Math.max(0, sendingNs((messages - 1) * messageBytes) - saidAfterNs)
  const mostNs = sendingNs(queuePackets * link.mtuBytes)
  return delayNs + jitterNs + sendingNs(messageBytes) + Math.min(behindNs, mostNs)
}
