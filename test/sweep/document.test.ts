import { describe, expect, it } from 'vitest'
import type { SweepLine } from '../../src/result/sweep-schema.ts'
import { sweepDocument } from '../../src/sweep/document.ts'
import { differenceOf } from '../../src/sweep/same-sweep.ts'
import { sampleLines, sampleSweep } from '../report/sweep/sample-sweep.ts'

const two = { parameters: [{ id: 'sizeBytes', values: [64, 128] }], blocks: 8 }

function line(cell: number, block: number, transport: string, rttP50Ns: number | null): SweepLine {
  return {
    type: 'run',
    cell,
    block,
    transport,
    workload: 'echo',
    engine: 'node',
    metrics: { rttP50Ns },
    error: null,
  }
}

describe('the document of a sweep', () => {
  it('has for each cell and transport the median over its counted blocks', () => {
    const { head } = sampleLines(two)
    const lines = [
      line(0, 0, 'tcp', 1000),
      ...[5, 1, 4, 2].map((value, index) => line(0, index + 1, 'tcp', value)),
      ...[7, null, 9].map((value, index) => line(0, index + 1, 'udp', value)),
      line(1, 1, 'tcp', 3),
    ]
    const [first, second] = sweepDocument(head, lines).cells
    // 1, 2, 4, 5: the warm-up is none of them. What is missing is no value.
    expect(first?.summary).toEqual([
      { transport: 'tcp', workload: 'echo', blocks: 4, metrics: { rttP50Ns: 3 } },
      { transport: 'udp', workload: 'echo', blocks: 3, metrics: { rttP50Ns: 8 } },
    ])
    expect(second?.summary).toEqual([
      { transport: 'tcp', workload: 'echo', blocks: 1, metrics: { rttP50Ns: 3 } },
    ])
  })

  it('has the verdicts of a comparison in each cell', () => {
    const [, large] = sampleSweep(two).cells
    const verdict = large?.verdicts.find(({ metric }) => metric === 'rttP50Ns')
    expect(verdict).toMatchObject({
      outcome: 'b',
      pairs: 7,
      a: { transport: 'tcp' },
      b: { transport: 'udp' },
    })
    expect(verdict?.ratio).toBeCloseTo(46_560 / 52_560, 1)
  })

  it('takes of a run that was made again what it read last', () => {
    const { head } = sampleLines(two)
    const failed = { ...line(0, 1, 'tcp', null), metrics: {}, error: 'tcp: no answer' }
    const again = sweepDocument(head, [failed, line(0, 1, 'tcp', 5)])
    expect(again.cells[0]?.runs).toHaveLength(1)
    expect(again.cells[0]?.summary[0]?.metrics.rttP50Ns).toBe(5)
  })

  it('is partial while a run is missing, and not where one failed', () => {
    expect(sampleSweep(two).partial).toBe(false)
    expect(sampleSweep({ ...two, cutAfter: 31 }).partial).toBe(true)
    expect(sampleSweep({ ...two, failing: () => 'tcp: no answer' }).partial).toBe(false)
  })

  it('warns once of what the tool did, and says in how many cells', () => {
    const metricsOf = (at: object) => ({
      rttP50Ns: 100,
      sendErrorP99Ns: (at as { sizeBytes: number }).sizeBytes === 128 ? 1000 : 1,
    })
    const { warnings } = sampleSweep({ ...two, metricsOf })
    expect(warnings).toHaveLength(1)
    expect(warnings[0]?.text).toMatch(
      /^in 1 of 2 cells, as at size 128 B: 1 % of the messages left late, tcp echo by /,
    )
  })
})

describe('a sweep that goes on', () => {
  const { head } = sampleLines(two)

  it('is the same wherever its server listens, and whatever is drawn of it', () => {
    const again = {
      ...head,
      config: { ...head.config, addresses: { tcp: '127.0.0.1:1' } },
      figures: [],
      tool: { ...head.tool, startedAt: '2027-01-01T00:00:00.000Z', command: null },
      options: {},
    }
    expect(differenceOf(head, again)).toBe(undefined)
  })

  it.each([
    ['blocks 8, not 9', { config: { ...head.config, blocks: 9 } }],
    ['seed 1, not 2', { config: { ...head.config, seed: 2 } }],
    ['sizeBytes 64,128, not 64,256', { parameters: [{ id: 'sizeBytes', values: [64, 256] }] }],
    ['engine node, not native', { engine: 'native' }],
    ['netcmp 0.1.0, not 0.2.0', { tool: { ...head.tool, version: '0.2.0' } }],
    ['host node v20.20.2, not 22.1.0', { host: { ...head.host, node: '22.1.0' } }],
    ['totalBytes none, not 100', { config: { ...head.config, totalBytes: 100 } }],
  ])('differs: %s', (difference, changed) => {
    expect(differenceOf(head, { ...head, ...changed })).toBe(difference)
  })
})
