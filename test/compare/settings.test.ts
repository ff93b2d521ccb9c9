import { describe, expect, it } from 'vitest'
import { type GivenSettings, jobOf, settle } from '../../src/compare/settings.ts'
import { icmp } from '../../src/icmp/index.ts'
import { tcp } from '../../src/tcp/index.ts'
import { udp } from '../../src/udp/index.ts'
import { unix } from '../../src/unix/index.ts'

const shared = { sameClock: false, originNs: 0 }

describe('settings', () => {
  it('have the defaults that the help text names', () => {
    expect(settle([tcp, udp], {})).toEqual({
      workloads: ['echo', 'connect', 'bulk', 'chat'],
      sizeBytes: 64,
      bulkSizeBytes: { tcp: 1_048_576, udp: 1472 },
      ratePerSec: 1000,
      bulkRatePerSec: 'max',
      durationNs: 250e6,
      blocks: 10,
      seed: 1,
      timeoutNs: 1e9,
      members: 4,
      streams: 1,
      direction: 'up',
      nagle: false,
      family: 0,
      sealed: false,
      verify: false,
    })
  })

  it('use one size and one rate for every job and transport, once given', () => {
    const settings = settle([tcp, udp], { sizeBytes: 100, ratePerSec: 50 })
    expect(settings.bulkSizeBytes).toEqual({ tcp: 100, udp: 100 })
    expect(jobOf(settings, 'bulk', 'tcp', shared)).toMatchObject({ sizeBytes: 100, ratePerSec: 50 })
    expect(jobOf(settings, 'echo', 'udp', shared)).toMatchObject({ sizeBytes: 100, ratePerSec: 50 })
  })

  it('make of a total as many whole messages, for each stream, and give them time', () => {
    const settings = settle([tcp, udp], {
      totalBytes: 1_048_576,
      workloads: ['echo', 'bulk'],
      sizeBytes: 1000,
    })
    expect(settings.durationNs).toBe(10e9)
    expect(jobOf(settings, 'bulk', 'tcp', shared).messageCount).toBe(1049)
    expect(jobOf({ ...settings, streams: 4 }, 'echo', 'udp', shared).messageCount).toBe(263)
    expect(jobOf(settings, 'connect', 'tcp', shared).messageCount).toBe(undefined)
    expect(settle([tcp, udp], { totalBytes: 1000 }).durationNs).toBe(250e6)
  })

  it('take messages shorter than a header for echo alone', () => {
    expect(settle([tcp, udp], { workloads: ['echo'], sizeBytes: 1 }).sizeBytes).toBe(1)
    for (const workloads of [['echo', 'bulk'], ['connect'], ['chat']] as const) {
      expect(() => settle([tcp, udp], { workloads, sizeBytes: 31 })).toThrow('(32 to 65507 B)')
    }
    expect(settle([icmp], { sizeBytes: 1 }).sizeBytes).toBe(1)
  })

  it('let three transports share the time of two, but not a duration that was given', () => {
    expect(settle([unix, tcp, udp], {}).durationNs).toBe(167e6)
    expect(settle([unix, tcp, udp], { durationNs: 250e6 }).durationNs).toBe(250e6)
  })

  it.each<[GivenSettings, string]>([
    [{ sizeBytes: 31 }, '--size 31 B is out of range (32 to 65507 B)'],
    [{ sizeBytes: 65_508 }, '--size 65508 B is out of range (32 to 65507 B)'],
    [{ blocks: 0 }, '--blocks 0 is out of range (1 to 1000)'],
    [{ members: 1 }, '--members 1 is out of range (2 to 64)'],
    [{ streams: 1000 }, '--streams 1000 is out of range (1 to 256)'],
    [{ durationNs: 1 }, '--duration 0.000001 ms is out of range (1 to 3600000 ms)'],
    [{ timeoutNs: 61e9 }, '--timeout 61000 ms is out of range (1 to 60000 ms)'],
    [{ workloads: [] }, 'no workload to run'],
    [{ totalBytes: 1, workloads: ['chat'] }, '--total is of echo and bulk, and --workload names neither'],
    [{ bind: 'localhost' }, '--bind "localhost" is no numeric address of this computer'],
    [{ bind: '::1', family: 4 }, '--bind ::1 is no IPv4 address (leave out -4)'],
  ])('refuse %o in one line', (given, message) => {
    expect(() => settle([tcp, udp], given)).toThrow(`netcmp: ${message}`)
  })

  it('leave room for the seal behind every message', () => {
    const sealed = settle([tcp, udp], { sealed: true })
    expect(sealed.bulkSizeBytes).toEqual({ tcp: 1_048_560, udp: 1456 })
    expect(settle([tcp, udp], { sealed: true, sizeBytes: 65_491 }).sizeBytes).toBe(65_491)
    expect(() => settle([tcp, udp], { sealed: true, sizeBytes: 65_492 })).toThrow('(32 to 65491 B)')
  })

  it('keep an address to dial from, where every transport has addresses', () => {
    expect(settle([tcp, udp], { bind: '127.0.0.2' }).bind).toBe('127.0.0.2')
    expect(() => settle([tcp, unix], { bind: '127.0.0.2' })).toThrow('unix: has no addresses to dial from')
  })

  it('allow what every chosen transport carries', () => {
    expect(settle([tcp, unix], { sizeBytes: 1_048_576 }).sizeBytes).toBe(1_048_576)
    expect(() => settle([tcp, udp], { sizeBytes: 1_048_576 })).toThrow('out of range')
  })
})
