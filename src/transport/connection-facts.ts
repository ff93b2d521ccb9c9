/** What a kernel keeps of a connection. Null: it does not tell, or has no value yet. */
export interface ConnectionFacts {
  /** Segments sent again so far, by this end, the handshake's among them. */
  readonly retransmitCount: number | null
  /** Smoothed round trip (RFC 6298). */
  readonly srttNs: number | null
  readonly minRttNs: number | null
  /** Congestion window (RFC 5681). */
  readonly cwndSegments: number | null
  /** The most that one segment carries. */
  readonly mssBytes: number | null
  /** Null too where the application sent no faster: that says nothing of the path. */
  readonly deliveryRateBitsPerSec: number | null
  readonly pacingRateBitsPerSec: number | null
}

/** Asks the kernel about one connection. */
export interface ConnectionReader {
  /** The name of its congestion control. */
  readonly congestion: string | null
  /** Undefined when the connection is gone. */
  read(): ConnectionFacts | undefined
}
