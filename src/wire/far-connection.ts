import * as v from 'valibot'

const number = v.exactOptional(v.pipe(v.number(), v.finite(), v.minValue(0)))

/**
 * What the far side's kernel tells of the connection; what it does not tell is left out. Names are short: an answer is no
 * longer than its request.
 */
export const farConnection = v.object({
  congestion: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(16))),
  retransmits: number,
  srttNs: number,
  minRttNs: number,
  /** Segments. */
  cwnd: number,
  cwndMax: number,
  /** Bytes. */
  mss: number,
  /** Bit/s. */
  delivery: number,
  pacing: number,
})
export type FarConnection = v.InferOutput<typeof farConnection>
