/** Datagrams that one system call may send as one packet (UDP_SEGMENT, udp(7)), which a host drops, and counts, as one. */
const MOST_SEGMENTS = 128

/** What Linux took at most before 6.9. */
export const SEGMENTS_BEFORE_6_9 = 64

/** Of all of them, at most: what UDP and IPv4 leave of 65535. */
const MOST_BYTES = 65_507

/** The most datagrams of this size, in bytes, that may be one packet. */
export function segmentsOf(bytes: number): number {
  return Math.max(1, Math.min(MOST_SEGMENTS, Math.floor(MOST_BYTES / Math.max(1, bytes))))
}
