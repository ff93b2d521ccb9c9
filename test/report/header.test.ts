import { expect, it } from 'vitest'
import { headerOf } from '../../src/report/header.ts'
import type { ResultDocument } from '../../src/result/schema.ts'
import { sampleResult } from './sample-result.ts'

type Sample = NonNullable<Parameters<typeof sampleResult>[0]>
type Config = ReturnType<typeof sampleResult>['config']

/** What was run, without blocks, seed and time. */
function what(sample: Sample, change: Partial<Config> = {}): string {
  return partsOf(sample, change)
    .filter((part) => !/ of \d+ blocks| UTC$|^congestion/.test(part))
    .join('   ')
}

function partsOf(sample: Sample, change: Partial<Config>, runs?: ResultDocument['runs']): string[] {
  const document = sampleResult(sample)
  const changed = { ...document, config: { ...document.config, ...change }, runs: runs ?? document.runs }
  return headerOf(changed)[1].map((part) => part.replaceAll('\u00A0', ' '))
}

// Whoever reads the line can type the command again: whatever is not the default and took part is in it.
it.each<[string, Sample, Partial<Config>]>([
  ['echo 64 B at 1000/s, connect', { workloads: ['echo', 'connect'] }, {}],
  [
    'echo 1400 B at full rate over 8 streams, connect 8 at a time',
    { workloads: ['echo', 'connect'] },
    { sizeBytes: 1400, ratePerSec: 'max', streams: 8 },
  ],
  ['connect 8 at a time with 64 B', { workloads: ['connect'] }, { streams: 8 }],
  ['chat of 4, 1000 B at 7/s', { workloads: ['chat'] }, { sizeBytes: 1000, ratePerSec: 7 }],
  ['echo 64 B at 7/s, chat of 4', { workloads: ['echo', 'chat'] }, { ratePerSec: 7 }],
  ['echo 64 B at 1000/s   timeout 250 ms', { workloads: ['echo'] }, { timeoutNs: 250_000_000 }],
  ['echo 64 B at 1000/s   Nagle on', { workloads: ['echo'] }, { nagle: true }],
  ['echo 64 B at 1000/s', { workloads: ['echo'], transports: ['udp'] }, { nagle: true }],
])('%s', (expected, sample, change) => {
  expect(what(sample, change)).toBe(expected)
})

// Breaks when what was asked for is printed where a socket told what it ran.
it.each<[string, Sample, Partial<Config>, ...string[]]>([
  ['congestion control cubic', {}, {}, 'cubic'],
  ['congestion control cubic', {}, { socket: { congestion: 'bbr' } }, 'cubic'],
  ['congestion control cubic, bbr', {}, {}, 'cubic', 'bbr', 'cubic'],
  ['congestion control bbr', {}, { socket: { congestion: 'bbr' } }],
])('%s', (expected, sample, change, ...told) => {
  const { runs } = sampleResult(sample)
  const plain = runs.map(({ congestion: _, ...run }) => run)
  const telling = plain.map((run, n) => (told[n] === undefined ? run : { ...run, congestion: told[n] }))
  const found = partsOf(sample, change, telling).filter((part) => part.startsWith('congestion'))
  expect(found).toEqual([expected])
})

it('names no congestion control that nobody knows', () => {
  expect(partsOf({ transports: ['udp'] }, {}).filter((part) => part.startsWith('congestion'))).toEqual([])
})
