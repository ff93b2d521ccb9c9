import { expect, it } from 'vitest'
import { headerOf } from '../../src/report/header.ts'
import { sampleResult } from './sample-result.ts'

type Sample = NonNullable<Parameters<typeof sampleResult>[0]>
type Config = ReturnType<typeof sampleResult>['config']

/** What was run, without blocks, seed and time. */
function what(sample: Sample, change: Partial<Config> = {}): string {
  const document = sampleResult(sample)
  const [, parts] = headerOf({ ...document, config: { ...document.config, ...change } })
  return parts
    .filter((part) => !/ of \d+ blocks| UTC$/.test(part))
    .join('   ')
    .replaceAll('\u00A0', ' ')
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
