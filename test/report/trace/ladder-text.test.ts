import { expect, it } from 'vitest'
import { drawLadder } from '../../../src/report/trace/ladder-text.ts'
import { Conversation } from '../../packets/conversations.ts'
import { tracedFrom } from './sample-trace.ts'

const MS = 1e6
const plain = (_: unknown, text: string) => text
const drawn = (log: Conversation['log'], columns: number) =>
  drawLadder(tracedFrom('udp', log), columns, plain).slice(1)

it.each([
  [2, 40],
  [5, 80],
])(
  'every arrow begins behind its label and ends at the far end: %d each way, %d columns',
  (count, columns) => {
    const both = new Conversation()
    for (let message = 1; message <= count; message++) {
      both.udp('up', message, message).udp('down', message + 0.5, message)
    }
    const lines = drawn(both.log, columns)
    expect(lines.filter((line) => /├─ (64 B: )?message \d ─+[╮┼]/.test(line)).length).toBe(count)
    expect(lines.filter((line) => /[╭┼]─+ (64 B: )?message \d ─┤/.test(line)).length).toBe(count)
    expect(lines.filter((line) => /╰[─┼]*▶│$/.test(line)).length).toBe(count)
    expect(lines.filter((line) => / │◀[─┼]*╯/.test(line)).length).toBe(count)
  },
)

it('packets that arrive in order do not cross, one that overtakes does', () => {
  const inOrder = new Conversation().udp('up', 0, 1).udp('up', 1, 2).udp('up', 2, 3).log
  expect(drawn(inOrder, 80).join('\n')).not.toContain('┼')
  const overtaken = new Conversation().udp('up', 0, 1, 64, { outNs: 30 * MS }).udp('up', 1, 2).log
  expect(drawn(overtaken, 80).join('\n').match(/┼/g)?.length).toBe(1)
})

it('what is lost beside another packet says which message it held, apart from that', () => {
  const log = new Conversation().udp('up', 0, 1).udp('up', 1, 2, 64, { fate: 'dropped' }).log
  expect(drawn(log, 40)[1]).toMatch(/├─ message 2 ─+ x dropped +│ +│$/)
})
