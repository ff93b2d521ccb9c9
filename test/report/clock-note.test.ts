import { expect, it } from 'vitest'
import { clockNote } from '../../src/report/clock-note.ts'
import { render } from '../../src/report/render.ts'
import type { Metrics, ResultDocument } from '../../src/result/schema.ts'
import { sampleResult } from './sample-result.ts'

/** Measured against a host that was named. */
function remote(changed: (transport: string) => Metrics): ResultDocument {
  const document = sampleResult({ workloads: ['echo'] })
  return {
    ...document,
    config: { ...document.config, target: 'lab1' },
    summary: document.summary.map((each) => ({
      ...each,
      metrics: { ...each.metrics, ...changed(each.transport) },
    })),
    verdicts: document.verdicts.filter(({ metric }) => !/^(forward|reverse)Delay/.test(metric)),
  }
}

it('says how far one-way delays are known, and never less than the bound', () => {
  const document = remote((transport) => ({ clockErrorNs: transport === 'tcp' ? 52_310 : 1_234_001 }))
  expect(clockNote(document)?.replaceAll('\u00a0', ' ')).toBe(
    'one-way delays are known to ±52.4 us (TCP) and ±1.24 ms (UDP)',
  )
  const page = render(document, { format: 'table', columns: 80, color: false })
  expect(page).toContain('one-way delays are known to ±52.4 us (TCP) and ±1.24 ms (UDP)')
  expect(page.replaceAll(/\n +/g, ' ')).toContain(
    'not compared: round trip, to the server; round trip, from the server: the error between the two clocks may be all that differs',
  )
})

it('says that both ends read one clock where they do', () => {
  expect(clockNote(sampleResult())).toBe('one-way delays: both ends read one clock')
})

it('says nothing where no one-way delay is shown', () => {
  const none = { forwardDelayP50Ns: null, reverseDelayP50Ns: null, clockErrorNs: null }
  expect(clockNote(remote(() => none))).toBeUndefined()
  expect(clockNote(sampleResult({ workloads: ['connect'] }))).toBeUndefined()
})
