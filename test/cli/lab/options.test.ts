import { expect, it } from 'vitest'
import { patienceNs, timeoutNs } from '../../../src/cli/lab/times.ts'
import { linkConfigOf } from '../../../src/lab/impairment-options.ts'

const SEC = 1e9

// Breaks when what TCP sends a second time is called lost, or a slow link is given up.
it.each([
  ['nothing late', {}, SEC],
  ['20 ms each way', { delay: '20ms' }, SEC + 4 * 0.04 * SEC],
  ['20 ms, 5 ms more at times, one way', { up: 'delay=20ms jitter=5ms' }, SEC + 4 * 0.025 * SEC],
  // Fifty packets of 1280 B are 0.512 Mbit.
  ['a full queue', { down: 'rate=1mbit queue=50', mtu: '1280' }, SEC + 4 * 0.512 * SEC],
  ['more than a timeout may be', { delay: '10s' }, 60 * SEC],
])('%s', (_, flags, expected) => {
  expect(timeoutNs(linkConfigOf(flags))).toBe(expected)
})

// Breaks when a far side behind a long link is given up before it can have answered.
it.each([
  ['nothing late', {}, 20 * SEC],
  ['5 s each way', { delay: '5s' }, 60 * SEC],
  ['a full queue each way', { linkRate: '1kbit', queue: '10' }, 20 * SEC + 4 * 2 * 120 * SEC],
])('%s: patience', (_, flags, expected) => {
  expect(patienceNs(linkConfigOf(flags))).toBe(expected)
})
