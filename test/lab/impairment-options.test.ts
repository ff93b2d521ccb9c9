import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changed, linkConfigOf } from '../../src/lab/impairment-options.ts'
import { linkText, pairsOf } from '../../src/lab/impairment-text.ts'
import { checkedConfig, type Impairments, noImpairments } from '../../src/lab/impairments.ts'

const range = fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 9 }))
const share = fc.integer({ min: 0, max: 100_000 }).map((each) => each / 100_000)

const impairments: fc.Arbitrary<Impairments> = fc
  .record({
    lossRatio: share,
    burstLoss: fc.option(fc.record({ p: share, r: share })),
    duplicateRatio: share,
    corruptRatio: share,
    reorderRatio: fc.double({ min: 0, max: 1, noNaN: true }),
    bitsPerSec: fc.option(fc.integer({ min: 1000, max: 1e12 })),
    queuePackets: fc.integer({ min: 1, max: 100_000 }),
    delayNs: fc.integer({ min: 0, max: 1e10 }),
    jitterNs: fc.integer({ min: 0, max: 1e10 }),
    drop: fc
      .array(range, { maxLength: 5 })
      .map((ranges) =>
        ranges.map(([first, more], index) => [first + 1000 * index, first + 1000 * index + more] as const),
      ),
  })
  .map((each) => ({
    ...each,
    jitterNs: Math.min(each.jitterNs, each.delayNs),
    reorderRatio: each.delayNs > 0 ? each.reorderRatio : 0,
  }))

describe('the options', () => {
  it('of nothing are a link that does nothing, of 1500 B', () => {
    expect(linkConfigOf({})).toEqual({ up: noImpairments, down: noImpairments, mtuBytes: 1500, seed: 1 })
  })

  it('say what both directions do', () => {
    const config = linkConfigOf({
      loss: '2%',
      burstLoss: '1%,0.3',
      duplicate: '0.5%',
      corrupt: '0.001',
      reorder: '100%',
      linkRate: '1.5gbit',
      queue: '7',
      delay: '20ms',
      jitter: '500us',
      drop: '17-20,5,19-22,23',
      mtu: '9000',
      seed: '42',
    })
    expect(config.up).toEqual({
      lossRatio: 0.02,
      burstLoss: { p: 0.01, r: 0.3 },
      duplicateRatio: 0.005,
      corruptRatio: 0.001,
      reorderRatio: 1,
      bitsPerSec: 1.5e9,
      queuePackets: 7,
      delayNs: 20e6,
      jitterNs: 500e3,
      drop: [
        [5, 5],
        [17, 23],
      ],
    })
    expect(config.down).toEqual(config.up)
    expect(config).toMatchObject({ mtuBytes: 9000, seed: 42 })
  })

  it('say what one direction does otherwise, in pairs', () => {
    const { up, down } = linkConfigOf({
      loss: '2%',
      linkRate: '10mbit',
      drop: '3',
      up: 'loss=5% delay=10ms;drop=5,17-20',
      down: ' rate=none ; drop=none burst-loss=1%,30% ',
    })
    const common = { ...noImpairments, lossRatio: 0.02, bitsPerSec: 10e6, drop: [[3, 3]] }
    expect(up).toEqual({
      ...common,
      lossRatio: 0.05,
      delayNs: 10e6,
      drop: [
        [5, 5],
        [17, 20],
      ],
    })
    expect(down).toEqual({ ...common, bitsPerSec: null, drop: [], burstLoss: { p: 0.01, r: 0.3 } })
  })

  it.each([
    [{ loss: '101%' }, '--loss "101%" is not a share (write 2% or 0.02; at most 100%)'],
    [{ loss: 'x' }, '--loss "x" is not a share (write 2% or 0.02; at most 100%)'],
    [
      { burstLoss: '1%' },
      '--burst-loss "1%" is not P,R: how likely a burst begins, and how likely it ends (write 1%,30%)',
    ],
    [
      { linkRate: '10' },
      '--link-rate "10" is not a rate (write 500kbit, 10mbit, 1.5gbit or none; 1kbit to 1000gbit)',
    ],
    [
      { linkRate: '0mbit' },
      '--link-rate "0mbit" is not a rate (write 500kbit, 10mbit, 1.5gbit or none; 1kbit to 1000gbit)',
    ],
    [{ queue: '0' }, '--queue "0" is not a whole number from 1 to 100000'],
    [{ delay: '20' }, '--delay "20" is not a delay (write 20ms, 100us or 0; at most 10s)'],
    [{ delay: '11s' }, '--delay "11s" is not a delay (write 20ms, 100us or 0; at most 10s)'],
    [{ drop: '0' }, '--drop "0" is not a list of packets (write 5,17-20: numbers from 1, in each run)'],
    [{ drop: '7-5' }, '--drop "7-5" is not a list of packets (write 5,17-20: numbers from 1, in each run)'],
    [
      { mtu: '576' },
      '--mtu "576" is less than 1280 B, which IPv6 asks of every link (write 1280 or more; RFC 8200, section 5)',
    ],
    [{ mtu: '70000' }, '--mtu "70000" is not a whole number from 1280 to 65535'],
    [{ mtu: 'big' }, '--mtu "big" is not a whole number from 1280 to 65535'],
    [
      { reorder: '5%' },
      '--reorder without --delay; a packet overtakes those that wait, by leaving ahead of the delay (add --delay 20ms)',
    ],
    [
      { delay: '5ms', reorder: '5%', down: 'delay=0' },
      '--reorder without --delay; a packet overtakes those that wait, by leaving ahead of the delay (add --delay 20ms)',
    ],
    [{ jitter: '5ms' }, '--jitter is more than --delay; no packet leaves before it came (raise --delay)'],
    [
      { up: 'lag=5ms' },
      '--up "lag=5ms" is not one of its pairs (write KEY=VALUE with one of loss, burst-loss, duplicate, corrupt, reorder, rate, queue, delay, jitter, drop)',
    ],
    [{ down: 'loss=2' }, '--down loss "2" is not a share (write 2% or 0.02; at most 100%)'],
  ])('that mean nothing are one line: %j', (flags, line) => {
    expect(() => linkConfigOf(flags)).toThrow(
      expect.objectContaining({ code: 'BAD_VALUE', message: `netcmp: ${line}` }),
    )
  })
})

describe('what a link does, as text', () => {
  it('is pairs, and reads so', () => {
    const config = linkConfigOf({ loss: '2%', delay: '20ms', linkRate: '10mbit', drop: '5,17-20' })
    expect(linkText(config)).toBe(
      'both ways drop=5,17-20 loss=2% rate=10mbit queue=100 delay=20ms; MTU 1500 B, seed 1',
    )
    const other = linkConfigOf({ up: 'burst-loss=0.1%,30% jitter=100us delay=1.5ms' })
    expect(linkText(other)).toBe(
      'up burst-loss=0.1%,30% delay=1.5ms jitter=100us, down unimpaired; MTU 1500 B, seed 1',
    )
  })

  // Breaks when a saved link cannot be made again from what was printed.
  it('means the same when it is read again', () => {
    fc.assert(
      fc.property(impairments, (each) => {
        expect(changed(noImpairments, '--up', pairsOf(each))).toEqual(each)
      }),
    )
  })
})

describe('a configuration from elsewhere', () => {
  const config = { up: noImpairments, down: noImpairments, mtuBytes: 1500, seed: 1 }

  it('is what the options make', () => {
    fc.assert(
      fc.property(impairments, (each) => {
        const whole = { ...config, up: each }
        expect(checkedConfig(JSON.parse(JSON.stringify(whole)))).toEqual(whole)
      }),
    )
  })

  it.each([
    null,
    {},
    { ...config, seed: -1 },
    { ...config, mtuBytes: 100 },
    { ...config, up: { ...noImpairments, lossRatio: 2 } },
    { ...config, up: { ...noImpairments, jitterNs: 1 } },
    { ...config, up: { ...noImpairments, drop: [[5, 4]] } },
    {
      ...config,
      up: {
        ...noImpairments,
        drop: [
          [5, 6],
          [6, 7],
        ],
      },
    },
    { ...config, up: { ...noImpairments, queuePackets: 0 } },
  ])('is checked: %j', (value) => {
    expect(() => checkedConfig(value)).toThrow(expect.objectContaining({ code: 'BAD_VALUE' }))
  })
})
