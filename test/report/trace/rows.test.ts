import { expect, it } from 'vitest'
import { rowsOf, type TraceRow } from '../../../src/report/trace/rows.ts'
import { Conversation } from '../../packets/conversations.ts'
import { tracedFrom } from './sample-trace.ts'

const MS = 1e6
const shown = (rows: readonly TraceRow[]) => rows.map(({ kind, atNs }) => `${atNs / MS} ${kind}`)

it('a pause is where nothing happens for long and nothing is on its way', () => {
  const slow = { outNs: 500 * MS }
  const log = new Conversation(2).udp('up', 0, 1).udp('up', 1, 2).udp('up', 10, 3, 64, slow).log
  expect(shown(rowsOf(tracedFrom('udp', log)))).toEqual([
    ...['0 leaves', '1 leaves', '2 arrives', '3 arrives'],
    ...['10 pause', '10 leaves', '500 arrives'],
  ])
})

it('at one moment what arrives comes first, then the call that reads it, then what leaves', () => {
  const call = { name: 'send', arguments: '3', result: '64', endNs: 20 * MS }
  const log = new Conversation().udp('up', 0, 1).udp('down', 20, 1).log
  const rows = rowsOf(tracedFrom('udp', log, [{ ...call, at: 'server', beginNs: 20 * MS }]))
  expect(shown(rows)).toEqual(['0 leaves', '20 arrives', '20 call', '20 leaves', '40 arrives'])
})
