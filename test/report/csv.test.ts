import { describe, expect, it } from 'vitest'
import { LinkTally } from '../../src/lab/link-counts.ts'
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

  // Breaks when a lab's CSV lacks what its JSON has: the shares that the link lost cannot be worked out then.
  it('has one more for each count of a lab’s link, empty where that is unknown', () => {
    const none = new LinkTally().take()
    const unknown = { messageCount: null, lostMessageCount: null }
    const run = {
      transport: 'udp',
      workload: 'echo',
      block: 1,
      engine: 'node',
      metrics: { lossRatio: 0.5 },
      error: null,
    }
    const up = {
      ...none,
      packetCount: 70,
      byteCount: 6440,
      lostCount: 3,
      messageCount: 60,
      lostMessageCount: 2,
    }
    const link = { up, down: { ...none, ...unknown }, unseenCount: 4 }
    const [, ...lines] = csv({ ...sampleResult(), runs: [{ ...run, link }] }).split('\n')
    expect(lines).toHaveLength(1 + 13 + 13 + 1 + 1)
    for (const line of [
      'lossRatio,ratio,0.5',
      'link.up.packetCount,count,70',
      'link.up.byteCount,bytes,6440',
      'link.up.lostCount,count,3',
      'link.up.lostMessageCount,count,2',
      'link.down.packetCount,count,0',
      'link.down.lostMessageCount,count,',
      'link.unseenCount,count,4',
    ])
      expect(lines).toContain(`udp,echo,1,true,node,${line},`)
  })
})
