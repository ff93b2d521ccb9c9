import { describe, expect, it } from 'vitest'
import { verdictsOf } from '../../src/compare/verdicts.ts'
import { aborted } from '../../src/core/abort.ts'
import { closingOf } from '../../src/report/closing.ts'
import { render } from '../../src/report/render.ts'
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
      'No difference between TCP and UDP was shown. No message was lost, reordered or duplicated on this path. ' +
        'More blocks show smaller differences: `--blocks 20`.',
    )
  })

  it('claim that nothing was lost only where every workload lost nothing', () => {
    const document = sampleResult({ workloads: ['echo', 'bulk'] })
    expect(closing(document)).toContain('No message was lost, reordered or duplicated')
    const verdicts = document.verdicts.map((verdict) =>
      verdict.workload === 'bulk' && verdict.metric === 'lossRatio'
        ? { ...verdict, b: { ...verdict.b, value: 0.001 } }
        : verdict,
    )
    expect(closing({ ...document, verdicts })).toContain('No message was reordered or duplicated')
    expect(closing({ ...document, verdicts: [] })).not.toContain('No message was')
  })

  it('ask for more blocks where there are too few for any interval', () => {
    expect(closing(sampleResult({ blocks: 5 }))).toMatch(/run it with `--blocks 10`\.$/)
  })

  it('point from one host to two, and on a network to what has not been run', () => {
    const document = sampleResult()
    const two = /run `netcmp serve` on another and `netcmp HOST` here/
    expect(closing(document)).toMatch(
      new RegExp(`${two.source}; to see what loss does, \`netcmp lab --loss 2%\`\\.$`),
    )
    const elsewhere = { ...document, host: { ...document.host, platform: 'darwin' } }
    expect(closing(elsewhere)).toMatch(new RegExp(`${two.source}\\.$`))
    expect(closing(remote(document))).toMatch(/add `--workload echo --rate max`\.$/)
    expect(closing(remote(document, { ratePerSec: 'max' }))).toMatch(/add `--workload bulk --streams 8`\.$/)
    expect(closing(remote(document, { ratePerSec: 'max', streams: 8 }))).toMatch(/echo --size 1400`\.$/)
  })

  it('compare nothing with one transport, and say how to', () => {
    expect(closing(sampleResult({ transports: ['tcp'] }))).toBe(
      'To compare it with another, run it with `--proto tcp,udp`.',
    )
    expect(closing(sampleResult({ transports: ['unix'] }))).toContain('`--proto tcp,unix`')
    const { config, ...rest } = sampleResult({ transports: ['udp'], workloads: ['echo'] })
    expect(closing({ ...rest, config: { ...config, answeredByHost: ['icmp'], transports: ['icmp'] } })).toBe(
      'To compare it with another, run `netcmp serve` there and add `--proto icmp,udp` here.',
    )
  })

  it('name what shows no difference where only the tool’s own cost differs', () => {
    const document = sampleResult({ workloads: ['echo'] })
    const verdicts = document.verdicts.map((verdict) =>
      verdict.metric === 'cpuNsPerMessage' ? verdict : { ...verdict, outcome: 'none' as const },
    )
    expect(document.verdicts.find(({ metric }) => metric === 'cpuNsPerMessage')?.outcome).toBe('a')
    expect(closing({ ...document, verdicts })).toMatch(
      /^No difference between TCP and UDP in ordering, loss or latency was shown\. No message was lost/,
    )
  })

  it('tell of a loss that too few blocks had to show a difference', () => {
    const text = closing(lossyIn(sampleResult({ workloads: ['bulk'] }), [2, 5, 7]))
    expect(text).toContain(
      'UDP lost 8.54 % of bulk messages, in 3 of 9 blocks: too few to show a difference (try `--blocks 20`).',
    )
    expect(text).not.toMatch(/No message was lost/)
    expect(closing(sampleResult({ udpLossRatio: 0.03 }))).not.toContain('too few')
  })

  it('blame a failed run, not an interruption', () => {
    const failing = { transport: 'udp', workload: 'echo', error: 'udp: no answer' }
    const cut = { workloads: ['echo', 'bulk'] as const, cutAfter: 6 }
    expect(closing(sampleResult(cut))).toMatch(/before the interruption .* let it run to its end\.$/)
    expect(closing(sampleResult({ ...cut, failing }))).toMatch(/ran before the failure to tell [^:]+\.$/)
    const brokenOff = { ...failing, error: aborted(undefined).message }
    expect(closing(sampleResult({ ...cut, failing: brokenOff }))).toContain('before the interruption')
    const first = { workloads: ['echo', 'bulk'] as const, cutAfter: 2, failing }
    expect(render(sampleResult(first), { format: 'table', columns: 80, color: false })).toContain(
      'not run before the failure',
    )
  })

  it('claim nothing of a workload that has a failed run', () => {
    const document = sampleResult({ workloads: ['echo', 'bulk'] })
    const runs = document.runs.map((run) =>
      run.workload === 'bulk' && run.block === 4 ? { ...run, metrics: {}, error: 'broken' } : run,
    )
    expect(closing({ ...document, runs })).toContain('No message was lost, reordered or duplicated in echo.')
  })

  it('do not clear the path where a dial’s question went unanswered', () => {
    const document = sampleResult({ workloads: ['echo', 'connect'] })
    const runs = document.runs.map((run) =>
      run.workload === 'connect' && run.block === 4
        ? { ...run, metrics: { ...run.metrics, lossRatio: 0.1 } }
        : run,
    )
    expect(closing({ ...document, runs })).toContain('No message was lost, reordered or duplicated in echo.')
  })
})

/** UDP’s bulk loses in these blocks alone, and the verdict on it is drawn anew. */
function lossyIn(document: ResultDocument, blocks: readonly number[]): ResultDocument {
  const runs = document.runs.map((run) =>
    run.transport === 'udp' && blocks.includes(run.block)
      ? { ...run, metrics: { ...run.metrics, lossRatio: 0.25 } }
      : run,
  )
  const summary = document.summary.map((each) =>
    each.transport === 'udp' ? { ...each, metrics: { ...each.metrics, lossRatio: 0.0854 } } : each,
  )
  return { ...document, runs, summary, verdicts: verdictsOf(document.config.transports, runs, summary) }
}
