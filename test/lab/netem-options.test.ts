import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { changed } from '../../src/lab/impairment-options.ts'
import { noImpairments } from '../../src/lab/impairments.ts'
import { netemOptions } from '../../src/lab/netem-options.ts'

const MTU_BYTES = 1500

const told = [
  ['', 'limit 200000'],
  ['loss=2%', 'limit 200000 loss random 2%'],
  ['burst-loss=1%,30%', 'limit 200000 loss gemodel 1% 30%'],
  ['delay=20ms jitter=1.5us reorder=0.25%', 'limit 200000 delay 20000us 1.5us reorder 0.25%'],
  ['duplicate=0.5% corrupt=0.001%', 'limit 200000 duplicate 0.5% corrupt 0.001%'],
  ['rate=10mbit queue=50', 'limit 50 rate 10000000bit -14'],
  // 10 Mbit/s keep 20 packets of 1500 B under way in 24 ms.
  ['rate=10mbit queue=50 delay=24ms', 'limit 70 delay 24000us rate 10000000bit -14'],
] as const

describe('netem', () => {
  it.each(told)('is told "%s" as "%s"', (pairs, expected) => {
    expect(netemOptions(changed(noImpairments, '--up', pairs), MTU_BYTES).join(' ')).toBe(expected)
  })

  it.each([
    ['drop=5', 'netem: it cannot lose packets by number (leave out --drop, or use --link relay)'],
    [
      'loss=1% burst-loss=1%,30%',
      'netem: it cannot lose both single packets and bursts (leave out --loss, or use --link relay)',
    ],
  ])('is not asked for what it cannot do: %s', (pairs, line) => {
    expect(() => netemOptions(changed(noImpairments, '--up', pairs), MTU_BYTES)).toThrow(
      expect.objectContaining({ code: 'BAD_VALUE', message: line }),
    )
  })

  const hasTc = spawnSync('tc', ['-V']).status === 0
  // tc reads its arguments before it asks the kernel for anything: of an interface that does not exist it says so then.
  it.skipIf(!hasTc).each(told)(
    `is told "%s" in words that tc understands${hasTc ? '' : ' (needs tc)'}`,
    (pairs) => {
      const options = netemOptions(changed(noImpairments, '--up', pairs), MTU_BYTES)
      const asked = (...what: string[]) =>
        spawnSync('tc', ['qdisc', 'replace', 'dev', 'netcmp-none', 'root', 'netem', ...what], {
          encoding: 'utf8',
        })
      expect(asked(...options).stderr).toMatch(/Cannot find device "netcmp-none"/)
      expect(asked(...options, 'nonsense').stderr).toMatch(/What is "nonsense"/)
    },
  )
})
