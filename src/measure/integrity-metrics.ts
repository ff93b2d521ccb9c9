/** Rows of the catalogue: was what arrived what had been sent, and did anybody look? */
export const integrityMetrics = [
  {
    id: 'corruptRatio',
    unit: 'ratio',
    better: 'lower',
    comparison: 'difference',
    source: 'RFC 7680, 2.5',
    definition:
      'Messages that arrived (echo: whose answer did), but not as they were sent, as a share of the messages sent; they count as lost. Only with --verify.',
  },
  {
    id: 'corruptCount',
    unit: 'count',
    better: 'lower',
    comparison: 'none',
    source: 'RFC 7680, 2.5',
    definition: 'Messages that arrived, but not as they were sent. Only with --verify.',
  },
  {
    id: 'unreadRatio',
    unit: 'ratio',
    better: 'neither',
    comparison: 'none',
    source: 'netcmp',
    definition:
      'Bulk: share of the bytes behind goodput that the receiver counted without reading them into memory (MSG_TRUNC); null where messages are datagrams.',
  },
] as const
