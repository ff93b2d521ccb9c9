const ns = { unit: 'ns', better: 'lower', comparison: 'ratio' } as const
const roundTrip = { ...ns, source: 'RFC 2681' } as const
const oneWay = { ...ns, source: 'RFC 7679' } as const

/** Rows of the catalogue: how long messages were under way, and how that varied. */
export const delayMetrics = [
  {
    id: 'rttMinNs',
    ...roundTrip,
    definition:
      'Shortest round trip: from the moment a message was due to be sent to the arrival of its answer.',
  },
  { id: 'rttMeanNs', ...roundTrip, definition: 'Mean round trip.' },
  { id: 'rttP50Ns', ...roundTrip, definition: 'Median round trip.' },
  { id: 'rttP90Ns', ...roundTrip, definition: 'Round trip that 90 % of the answers did not exceed.' },
  { id: 'rttP99Ns', ...roundTrip, definition: 'Round trip that 99 % of the answers did not exceed.' },
  { id: 'rttP999Ns', ...roundTrip, definition: 'Round trip that 99.9 % of the answers did not exceed.' },
  { id: 'rttMaxNs', ...roundTrip, definition: 'Longest round trip.' },
  {
    id: 'wireRttMinNs',
    ...roundTrip,
    definition:
      'Shortest time that a message was away from this host: from when its kernel gave it to the network until it had the answer from there; the server’s time is part of it.',
  },
  { id: 'wireRttP50Ns', ...roundTrip, definition: 'Median time that a message was away from this host.' },
  {
    id: 'wireRttP99Ns',
    ...roundTrip,
    definition: 'Time away from this host that 99 % of the messages did not exceed.',
  },
  {
    id: 'hostNs',
    ...ns,
    source: 'netcmp',
    definition:
      'Median of what this host added to a round trip: what of it the message was not away, by the kernel’s own times.',
  },
  {
    id: 'forwardDelayP50Ns',
    ...oneWay,
    definition: 'Median delay from sender to server, off by `clockErrorNs` at most.',
  },
  { id: 'forwardDelayP99Ns', ...oneWay, definition: 'Delay from sender to server that 99 % did not exceed.' },
  {
    id: 'reverseDelayP50Ns',
    ...oneWay,
    definition: 'Median delay from server back to sender, off by `clockErrorNs` at most.',
  },
  {
    id: 'reverseDelayP99Ns',
    ...oneWay,
    definition: 'Delay from server back to sender that 99 % did not exceed.',
  },
  {
    id: 'clockErrorNs',
    ...oneWay,
    comparison: 'none',
    definition:
      'Bound of the error of each one-way delay: clocks that are off make one way longer by what they take from the other.',
  },
  {
    id: 'ipdvP50Ns',
    ...ns,
    source: 'RFC 3393',
    definition: 'Median absolute difference of the delays of messages sent one after the other.',
  },
  {
    id: 'ipdvP99Ns',
    ...ns,
    source: 'RFC 3393',
    definition: 'Absolute difference of consecutive delays that 99 % did not exceed.',
  },
  {
    id: 'interarrivalJitterNs',
    ...ns,
    source: 'RFC 3550, 6.4.1',
    definition: 'Running estimate of delay variation, each difference weighing 1/16.',
  },
] as const
