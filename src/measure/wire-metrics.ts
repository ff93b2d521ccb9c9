const blocked = { unit: 'ns', better: 'lower', comparison: 'none', source: 'netcmp' } as const
const perMessage = { better: 'lower', comparison: 'ratio', source: 'netcmp' } as const
const packets = { unit: 'count', better: 'lower', comparison: 'none', source: 'netcmp' } as const

/** Rows of the catalogue: what the log of a lab's link shows of the packets themselves. */
export const wireMetrics = [
  {
    id: 'holBlockedRatio',
    unit: 'ratio',
    better: 'lower',
    comparison: 'difference',
    source: 'netcmp',
    definition:
      'Lab: share of the messages, either way, that had reached the far host and waited there, because bytes before them were still missing (head-of-line blocking).',
  },
  {
    id: 'holBlockedP50Ns',
    ...blocked,
    definition:
      'Lab: median time, over all messages that arrived, from when a message’s last byte had reached the far host to when all before it had, too: 0 for one that waited for nothing.',
  },
  {
    id: 'holBlockedP99Ns',
    ...blocked,
    definition: 'Lab: the same time, which 99 % of the messages did not exceed.',
  },
  {
    id: 'wirePacketsPerMessage',
    unit: 'count',
    ...perMessage,
    definition:
      'Lab: IP packets, both ways, for each message sent: from the first packet that carried some of a message to the last; answers and acknowledgments among them, copies made by the link not.',
  },
  {
    id: 'wireBytesPerMessage',
    unit: 'bytes',
    ...perMessage,
    definition: 'Lab: bytes of these packets, from the IP header on, for each message sent.',
  },
  {
    id: 'connectPackets',
    ...packets,
    definition:
      'Lab: mean number of packets, both ways, of a connection before the first that carried something.',
  },
  {
    id: 'closePackets',
    ...packets,
    definition: 'Lab: mean number of packets, both ways, of a connection from its first FIN or RST on.',
  },
] as const
