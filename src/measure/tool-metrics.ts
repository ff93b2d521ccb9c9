const time = { unit: 'ns', better: 'lower', comparison: 'ratio', source: 'netcmp' } as const

/** Rows of the catalogue: what the tool itself cost, and how late it was. */
export const toolMetrics = [
  {
    id: 'cpuNsPerMessage',
    ...time,
    definition:
      'Processor time of the client process per message, less its idle turning while nothing was due.',
  },
  {
    id: 'loopLagP99Ns',
    ...time,
    definition: 'How long the client’s event loop kept a ready callback waiting, 99 %.',
  },
  {
    id: 'sendErrorP99Ns',
    ...time,
    definition: 'How long after its due time a message was sent, 99 %.',
  },
] as const
