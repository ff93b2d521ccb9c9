/** Rows of the catalogue: how much arrived, and how soon all of it. */
export const throughputMetrics = [
  {
    id: 'goodputBitsPerSec',
    unit: 'bitsPerSec',
    better: 'higher',
    comparison: 'ratio',
    source: 'RFC 2647',
    definition:
      'Message bits delivered per second, by the receiver’s count and clock; both directions summed.',
  },
  {
    id: 'goodputUpBitsPerSec',
    unit: 'bitsPerSec',
    better: 'higher',
    comparison: 'ratio',
    source: 'RFC 2647',
    definition: 'Goodput from client to server.',
  },
  {
    id: 'goodputDownBitsPerSec',
    unit: 'bitsPerSec',
    better: 'higher',
    comparison: 'ratio',
    source: 'RFC 2647',
    definition: 'Goodput from server to client.',
  },
  {
    id: 'messagesPerSec',
    unit: 'perSec',
    better: 'higher',
    comparison: 'ratio',
    source: 'netcmp',
    definition: 'Messages delivered per second, by the receiver’s count and clock.',
  },
  {
    id: 'transferNs',
    unit: 'ns',
    better: 'lower',
    comparison: 'ratio',
    source: 'netcmp',
    definition:
      'Time that all of --total took: of echo from the first message to the last answer, of bulk from the first arrival to the last, by the receiver’s clock. Null where a part was lost or late; over several runs their mean.',
  },
] as const
