import { expect, it } from 'vitest'
import { patienceOf, patienceOver } from '../../../src/cli/trace/patience.ts'
import { linkConfigOf } from '../../../src/lab/impairment-options.ts'

const S = 1e9
const said = { messages: 1, sizeBytes: 64, ratePerSec: null }

// A round trip of: 0; 2 x 20 ms; 1.2 s; 20 s. Of 1 kbit/s: 64 B and two headers of 80 B take 1.792 s each way.
it.each([
  [{}, 1 * S, 8 * S],
  [{ delay: '20ms' }, 1.16 * S, 8_040_000_000],
  [{ delay: '600ms' }, 5.8 * S, 9.2 * S],
  [{ delay: '10s' }, 60 * S, 60 * S],
  [{ delay: '10s', jitter: '10s' }, 60 * S, 60 * S],
  [{ linkRate: '1kbit' }, 15.336 * S, 15.336 * S],
  [{ up: 'delay=1s' }, 5 * S, 9 * S],
])('over a link of %j UDP waits for %d ns, TCP for %d ns', (flags, udpNs, tcpNs) => {
  expect(patienceOver({ ...said, link: linkConfigOf(flags) })).toEqual({ udpNs, tcpNs })
})

it('a message that takes longer than a minute is waited for all the same', () => {
  const link = linkConfigOf({ up: 'rate=1kbit' })
  // 6 packets with a header each, and one more: 7360 B.
  const { udpNs } = patienceOver({ ...said, sizeBytes: 6800, link: { ...link, mtuBytes: 1480 } })
  expect(udpNs).toBe(60 * S)
  expect(patienceOver({ ...said, sizeBytes: 13_600, link: { ...link, mtuBytes: 1480 } }).udpNs).toBe(
    (1 + 115.84) * S,
  )
})

it('at a rate that is over the link’s the last message waits for those before it, as far as the queue goes', () => {
  const link = linkConfigOf({ up: 'rate=1792bit queue=1', mtu: '1500' })
  // 224 B take 1 s each; 11 of them leave in 5 s, so that 5 s are left to send; in the queue fit 1500 B.
  const many = { messages: 11, sizeBytes: 64, ratePerSec: 2 }
  const [ofQueue, ofAll] = [1500 / 224, 5]
  expect(ofQueue).toBeGreaterThan(ofAll)
  expect(patienceOver({ ...many, link }).udpNs).toBe((1 + 4 * 6) * S)
  expect(patienceOver({ ...many, ratePerSec: 1, link }).udpNs).toBe((1 + 4 * 1) * S)
})

it('what is given holds, but TCP is to see a lost SYN again', () => {
  expect(patienceOf(0.1 * S)).toEqual({ udpNs: 0.1 * S, tcpNs: 8 * S })
  expect(patienceOf(30 * S)).toEqual({ udpNs: 30 * S, tcpNs: 30 * S })
})
