import { describe, expect, it } from 'vitest'
import { csv } from '../../src/report/csv.ts'
import { sampleResult } from './sample-result.ts'

const [header, ...rows] = csv({
  ...sampleResult(),
  runs: [
    { transport: 'tcp', workload: 'echo', block: 0, engine: 'node', metrics: { rttP50Ns: 1.5 }, error: null },
    {
      transport: 'udp',
      workload: 'echo',
      block: 1,
      engine: 'node',
      metrics: { lossRatio: 0, rttP99Ns: null, someNew: 2 },
      error: null,
    },
    {
      transport: '=HYPERLINK("x")',
      workload: 'echo',
      block: 2,
      engine: 'node',
      metrics: {},
      error: 'udp: no answer,\n"none" at all',
    },
  ],
}).split('\n')

describe('csv', () => {
  it('has a header and one row for each run and metric', () => {
    expect(header).toBe('transport,workload,block,counted,engine,metric,unit,value,error')
    expect(rows).toEqual([
      'tcp,echo,0,false,node,rttP50Ns,ns,1.5,',
      'udp,echo,1,true,node,lossRatio,ratio,0,',
      'udp,echo,1,true,node,rttP99Ns,ns,,',
      'udp,echo,1,true,node,someNew,,2,',
      // Quoted, on one line, and no formula for a spreadsheet to run.
      `"'=HYPERLINK(""x"")",echo,2,false,node,,,,"udp: no answer, ""none"" at all"`,
      '',
    ])
  })
})
