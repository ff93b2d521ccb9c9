import { expect, it } from 'vitest'
import { PAUSE_PX, ROW_PX, scaleOf } from '../../../src/report/trace/ladder-scale.ts'
import { sharedRowsOf } from '../../../src/report/trace/rows.ts'
import { Conversation } from '../../packets/conversations.ts'
import { tracedFrom } from './sample-trace.ts'

const MS = 1e6

it('conversations beside each other have one scale, and pause together', () => {
  const slow = new Conversation(20).udp('up', 0, 1).udp('up', 500, 2).log
  const quick = new Conversation(20).udp('up', 10, 1).udp('up', 30, 2).log
  const rows = sharedRowsOf([tracedFrom('udp', slow), tracedFrom('udp', quick)])
  const { downPx, fallPx } = scaleOf(rows, 20 * MS, () => 1)
  const at = (of: number, ms: number) =>
    downPx[
      rows.findIndex((each) => each.of === of && each.row.kind !== 'pause' && each.row.atNs === ms * MS)
    ] ?? 0
  expect(at(0, 20)).toBe(fallPx)
  expect(at(1, 10)).toBe(fallPx / 2)
  expect(at(1, 50)).toBe(2.5 * fallPx)
  expect(rows.filter(({ row }) => row.kind === 'pause').length).toBe(1)
  expect(at(0, 500)).toBe(2.5 * fallPx + PAUSE_PX)
  expect(at(0, 500) - at(1, 50)).toBeGreaterThan(ROW_PX)
})
