import { expect, it } from 'vitest'
import { paceWarnings } from '../../src/compare/pace-warnings.ts'
import type { Summary } from '../../src/result/schema.ts'

const bulk = (messagesPerSec: number | null): Summary => ({
  transport: 'tcp',
  workload: 'bulk',
  engine: 'node',
  blocks: 9,
  metrics: { messagesPerSec },
  curve: null,
})
const paced = { bulkRatePerSec: 500, streams: 1, direction: 'up' } as const

it.each([
  ['arrives as fast as it is paced', bulk(500), paced, 0],
  ['arrives a little faster, as few messages do', bulk(524), paced, 0],
  ['arrives in a bunch', bulk(2663.4), paced, 1],
  ['arrives in a bunch, of several streams', bulk(1060), { ...paced, streams: 2 }, 1],
  [
    'is as many streams and ways as it was asked for',
    bulk(2000),
    { ...paced, streams: 2, direction: 'both' },
    0,
  ],
  ['is not paced', bulk(9e5), { ...paced, bulkRatePerSec: 'max' }, 0],
  ['did not arrive', bulk(null), paced, 0],
  ['is not bulk', { ...bulk(2663), workload: 'echo' }, paced, 0],
] as const)('bulk that %s', (_, summary, config, count) => {
  expect(paceWarnings([summary], config)).toHaveLength(count)
})

it('says how fast, how fast it should have been, and what that means', () => {
  expect(paceWarnings([bulk(2663.4)], paced)).toEqual([
    {
      code: 'bunched',
      text: 'tcp bulk: messages arrived at 2663/s, though paced to 500/s: they left late and in a bunch, and goodput reads too high (a longer --duration evens it out)',
    },
  ])
})
