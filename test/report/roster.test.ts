import { describe, expect, it } from 'vitest'
import { drawRoster, rosterRow } from '../../src/report/roster.ts'
import { widthOf } from '../../src/report/text.ts'
import { linesOf } from '../cli/run-netcmp.ts'
import { sampleResult } from './sample-result.ts'

const later = sampleResult({ udpLossRatio: 0.02 })
const rows = [
  rosterRow('ada\u001b[2J', { ...later, tool: { ...later.tool, startedAt: '2026-11-22T09:00:00Z' } }),
  rosterRow('=bob', sampleResult({ transports: ['udp'], cutAfter: 4 })),
]

describe('the roster', () => {
  it('has the newest last, a line for each transport, and nothing that moves the cursor', () => {
    expect(linesOf(drawRoster(rows, 'table', 80))).toMatchInlineSnapshot(`
      [
        "name    when (UTC)   over  median   lost    goodput      verdict",
        "=bob*   11-21 08:15  UDP   -        -       -",
        "ada[2J  11-22 09:00  TCP   58.0 us  0 %     32.4 Gbit/s",
        "                     UDP   50.4 us  1.83 %  2.82 Gbit/s  0.86x sooner",
        "",
        "*: cut short",
      ]
    `)
  })

  it.each([40, 50, 60, 80, 200])('fits %i columns, and never takes more than 80', (columns) => {
    const wide = rosterRow('王'.repeat(40), sampleResult({ transports: ['tcp', 'udp', 'unix'] }))
    for (const line of linesOf(drawRoster([...rows, wide], 'table', columns))) {
      expect(widthOf(line)).toBeLessThanOrEqual(Math.min(80, columns))
    }
  })

  it('is a list of all as json, and a line for each transport as csv and markdown', () => {
    expect(JSON.parse(drawRoster(rows, 'json', 80))).toEqual([rows[1], rows[0]])
    const csv = linesOf(drawRoster(rows, 'csv', 80))
    expect(csv).toHaveLength(4)
    expect(csv[1]).toMatch(/^'=bob,2026-11-21T08:15:42.000Z,true,udp,/)
    expect(drawRoster(rows, 'markdown', 80)).toContain('\n| =bob\\* | 11-21 08:15 | UDP |')
  })
})
