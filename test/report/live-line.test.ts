import { describe, expect, it } from 'vitest'
import { liveLine } from '../../src/report/live-line.ts'
import type { Metrics, Run } from '../../src/result/schema.ts'

const run = (transport: string, workload: string, block: number, metrics: Metrics): Run => ({
  transport,
  workload,
  block,
  engine: 'node',
  metrics,
  error: null,
})

const warmUp = run('tcp', 'echo', 0, { rttP50Ns: 9e9, lossRatio: 1, sentCount: 5 })

describe('a line of --interval', () => {
  it('has the median of the runs so far, and the loss of their messages together', () => {
    const runs = [
      warmUp,
      run('udp', 'echo', 1, { rttP50Ns: 50_000, lossRatio: 0, sentCount: 900 }),
      run('tcp', 'echo', 1, { rttP50Ns: 60_000, lossRatio: 0, sentCount: 1000 }),
      run('udp', 'echo', 2, { rttP50Ns: 70_000, lossRatio: 0.1, sentCount: 100 }),
      run('udp', 'echo', 3, { rttP50Ns: 900_000, lossRatio: 0, sentCount: 1000 }),
      run('tcp', 'echo', 2, { rttP50Ns: 80_000, lossRatio: 0, sentCount: 1000 }),
      run('tcp', 'bulk', 1, { goodputBitsPerSec: 2e9, lossRatio: 0, sentCount: 10 }),
    ]
    // 10 of udp's 2,000 were lost.
    expect(liveLine(runs, 20, 2.5e9)).toBe(
      '2.50 s, 7 of 20 runs: echo tcp 70.0 us 0 % lost, udp 70.0 us 0.500 % lost; bulk tcp 2.00 Gbit/s 0 % lost',
    )
  })

  it('says that nothing counts yet', () => {
    const failed = { ...run('tcp', 'echo', 1, {}), error: 'tcp: no answer' }
    expect(liveLine([warmUp, failed], 20, 1e9)).toBe('1.00 s, 2 of 20 runs: warming up')
  })

  it('leaves out what no run knows', () => {
    const unknown = run('tcp', 'echo', 1, { rttP50Ns: null, lossRatio: null, sentCount: 4 })
    expect(liveLine([unknown], 2, 1e9)).toBe('1.00 s, 1 of 2 runs: echo tcp - - lost')
  })
})
