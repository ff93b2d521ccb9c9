import type { ConnectionFigures } from '../measure/connections.ts'
import type { FarConnection } from '../wire/far-connection.ts'

/** As a server tells it. */
export function told(figures: ConnectionFigures): FarConnection {
  const named = {
    congestion: figures.congestion,
    retransmits: figures.retransmitCount,
    srttNs: figures.srttNs,
    minRttNs: figures.minRttNs,
    cwnd: figures.cwndSegments,
    cwndMax: figures.cwndMaxSegments,
    mss: figures.mssBytes,
    delivery: figures.deliveryRateBitsPerSec,
    pacing: figures.pacingRateBitsPerSec,
  }
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== null))
}

/** What a server told. */
export function heard(far: FarConnection): ConnectionFigures {
  return {
    congestion: far.congestion ?? null,
    retransmitCount: far.retransmits ?? null,
    srttNs: far.srttNs ?? null,
    minRttNs: far.minRttNs ?? null,
    cwndSegments: far.cwnd ?? null,
    cwndMaxSegments: far.cwndMax ?? null,
    mssBytes: far.mss ?? null,
    deliveryRateBitsPerSec: far.delivery ?? null,
    pacingRateBitsPerSec: far.pacing ?? null,
  }
}
