import { describe, expect, it } from 'vitest'
import { closingOf } from '../../src/report/closing.ts'
import type { ResultDocument } from '../../src/result/schema.ts'
import { sampleResult } from './sample-result.ts'

const closing = (document: ResultDocument) => closingOf(document).replaceAll('\u00A0', ' ')

const remote = (
  document: ResultDocument,
  change: Partial<ResultDocument['config']> = {},
): ResultDocument => ({
  ...document,
  config: { ...document.config, target: 'lab1', ...change },
})

describe('closing sentences', () => {
  it('name what differs, the faults after the speed', () => {
    const text = closing(sampleResult({ udpLossRatio: 0.03 }))
    expect(text).toMatch(/^UDP answered sooner \(0\.86x\), took 0\.59x of TCP’s time to a first reply and /)
    expect(text).toMatch(/; TCP moved 11\.5x as much bulk data\. UDP lost 2\.75 % of echo, /)
    expect(text).toContain('chat messages (TCP: 0 %)')
  })

  it('say nothing of a difference whose interval holds 1', () => {
    const document = sampleResult()
    const verdicts = document.verdicts.map((verdict) => ({ ...verdict, outcome: 'none' as const }))
    expect(closing({ ...document, verdicts })).toBe(
      'No difference between TCP and UDP was shown. Nothing was lost, reordered or duplicated on this path. ' +
        'More blocks show smaller differences: `--blocks 20`.',
    )
  })

  it('claim that nothing was lost only where every workload lost nothing', () => {
    const document = sampleResult({ workloads: ['echo', 'bulk'] })
    expect(closing(document)).toContain('Nothing was lost, reordered or duplicated')
    const verdicts = document.verdicts.map((verdict) =>
      verdict.workload === 'bulk' && verdict.metric === 'lossRatio'
        ? { ...verdict, b: { ...verdict.b, value: 0.001 } }
        : verdict,
    )
    expect(closing({ ...document, verdicts })).toContain('Nothing was reordered or duplicated')
    expect(closing({ ...document, verdicts: [] })).not.toContain('Nothing was')
  })

  it('ask for more blocks where there are too few for any interval', () => {
    expect(closing(sampleResult({ blocks: 5 }))).toMatch(/run it with `--blocks 10`\.$/)
  })

  it('point from one host to two, and on a network to what has not been run', () => {
    const document = sampleResult()
    expect(closing(document)).toMatch(/run `netcmp serve` on another and `netcmp HOST` here\.$/)
    expect(closing(remote(document))).toMatch(/add `--workload echo --rate max`\.$/)
    expect(closing(remote(document, { ratePerSec: 'max' }))).toMatch(/add `--workload bulk --streams 8`\.$/)
    expect(closing(remote(document, { ratePerSec: 'max', streams: 8 }))).toMatch(/echo --size 1400`\.$/)
  })

  it('compare nothing with one transport, and say how to', () => {
    expect(closing(sampleResult({ transports: ['tcp'] }))).toBe(
      'To compare it with another, run it with `--proto tcp,udp`.',
    )
    expect(closing(sampleResult({ transports: ['unix'] }))).toContain('`--proto tcp,unix`')
  })
})
