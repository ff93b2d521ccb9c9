const time = { unit: 'ns', better: 'lower', comparison: 'none' } as const
const count = { unit: 'count', better: 'neither', comparison: 'none' } as const
const rate = {
  unit: 'bitsPerSec',
  better: 'higher',
  comparison: 'none',
  source: 'Linux, tcp_info',
} as const

/** Rows of the catalogue: what TCP's kernel keeps of its connections. */
export const connectionMetrics = [
  {
    id: 'retransmitCount',
    ...count,
    better: 'lower',
    source: 'RFC 4898',
    definition:
      'TCP: segments sent again, by the kernels of those that send messages (bulk: by direction; else both ends), from the handshake on, tail loss probes among them; in a lab as its link saw them, both ways.',
  },
  {
    id: 'tcpSrttNs',
    ...time,
    source: 'RFC 6298',
    definition:
      'TCP: smoothed round trip of segments, by the sender’s kernel, when the sending ended. The sender is the client, but for bulk downwards.',
  },
  {
    id: 'tcpMinRttNs',
    ...time,
    source: 'RFC 4898',
    definition: 'TCP: shortest round trip of a segment, by the sender’s kernel, the handshake’s among them.',
  },
  {
    id: 'tcpCwndSegments',
    ...count,
    source: 'RFC 5681',
    definition: 'TCP: congestion window of a connection, by the sender’s kernel, when the sending ended.',
  },
  {
    id: 'tcpCwndMaxSegments',
    ...count,
    source: 'RFC 5681',
    definition: 'TCP: largest congestion window of a connection seen while sending (ten times a second).',
  },
  {
    id: 'tcpMssBytes',
    unit: 'bytes',
    better: 'neither',
    comparison: 'none',
    source: 'RFC 9293',
    definition: 'TCP: the most that one segment of the sender’s carries, less its options.',
  },
  {
    id: 'tcpDeliveryRateBitsPerSec',
    ...rate,
    definition:
      'TCP: rate at which the far side acknowledged, the last that the sender’s kernel measured while it had more to send: null where the application, not the path, limited it.',
  },
  {
    id: 'tcpPacingRateBitsPerSec',
    ...rate,
    definition:
      'TCP: pacing rate of the sender’s kernel when the sending ended; it holds to it where congestion control or queue pace, as bbr and fq do.',
  },
] as const
