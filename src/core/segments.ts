/**
 * Datagrams that one system call may send as one packet (UDP_SEGMENT, udp(7); Linux takes more from 6.9 on), which a host
 * drops, and counts, as one.
 */
export const MOST_SEGMENTS = 64
