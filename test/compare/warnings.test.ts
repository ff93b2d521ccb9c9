import { describe, expect, it } from 'vitest'
import { warningsOf } from '../../src/compare/warnings.ts'
import type { Summary } from '../../src/result/schema.ts'

function summary(workload: string, metrics: Summary['metrics']): Summary {
  return { transport: 'udp', workload, engine: 'node', blocks: 9, metrics, curve: null }
}

describe('warnings', () => {
  it('say nothing where the tool was punctual', () => {
    const calm = summary('echo', { rttP50Ns: 50_000, sendErrorP99Ns: 100_000, loopLagP99Ns: 100_000 })
    expect(warningsOf([calm], [])).toEqual([])
  })

  it('say that the sender was late, by how much, and which row that spoils', () => {
    const late = summary('echo', { rttP50Ns: 50_000, sendErrorP99Ns: 101_000, loopLagP99Ns: 0 })
    expect(warningsOf([late], [])).toMatchObject([
      {
        code: 'sent-late',
        text: expect.stringMatching(/left late, udp echo by 101 us \(median 50 us\) or more/),
      },
    ])
  })

  it('say that the event loop held arrivals back, for chat by its delivery', () => {
    const late = summary('chat', { deliveryP50Ns: 50_000, sendErrorP99Ns: 0, loopLagP99Ns: 101_000 })
    expect(warningsOf([late], [])).toMatchObject([{ code: 'loop-lag' }])
  })

  it('name all that was late in one line', () => {
    const late = summary('echo', { rttP50Ns: 50_000, sendErrorP99Ns: 4_990_000 })
    expect(warningsOf([{ ...late, transport: 'tcp' }, late], [])).toMatchObject([
      {
        text: expect.stringContaining(
          'tcp echo by 4.99 ms (median 50 us), udp echo by 4.99 ms (median 50 us)',
        ),
      },
    ])
  })

  it('judge no workload without latencies', () => {
    expect(warningsOf([summary('bulk', { loopLagP99Ns: 1e9, sendErrorP99Ns: 1e9 })], [])).toEqual([])
  })
})
