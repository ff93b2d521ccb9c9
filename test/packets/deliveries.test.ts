import { expect, it } from 'vitest'
import { deliveriesOf } from '../../src/packets/deliveries.ts'
import type { LoggedPacket } from '../../src/packets/packet-log.ts'
import { TcpFlag } from '../../src/packets/tcp-segment.ts'
import { Conversation, udpEcho, udpOvertaken } from './conversations.ts'

const { SYN, ACK } = TcpFlag
const MS = 1e6

function read(transport: 'tcp' | 'udp', log: readonly LoggedPacket[], zeroNs = 0) {
  const found = deliveriesOf(log, { transport, serverPort: 7117, messageBytes: 64 }, zeroNs)
  const ms = (ns: number | null) => (ns === null ? null : ns / MS)
  return found.map(({ message, sentNs, arrivedNs, deliverableNs }) => {
    return [message, ms(sentNs), ms(arrivedNs), ms(deliverableNs)]
  })
}

it('over TCP messages behind a lost one wait until it came', () => {
  const log = new Conversation()
    .tcp('up', 0, SYN, 0, null)
    .tcp('up', 1, ACK, 1, 1, 64)
    .tcp('up', 2, ACK, 65, 1, 64, { fate: 'lost' })
    .tcp('up', 3, ACK, 129, 1, 64)
    .tcp('up', 4, ACK, 193, 1, 64)
    .tcp('up', 50, ACK, 65, 1, 64)
    .tcp('up', 51, ACK, 257, 1, 64).log
  expect(read('tcp', log)).toEqual([
    [1, 1, 21, 21],
    [2, 2, 70, 70],
    [3, 3, 23, 70],
    [4, 4, 24, 70],
    [5, 51, 71, 71],
  ])
})

it('a message in two segments is there with the later one, and one that is not whole is none', () => {
  const log = new Conversation()
    .tcp('up', 0, SYN, 0, null)
    .tcp('up', 1, ACK, 1, 1, 40)
    .tcp('up', 9, ACK, 41, 1, 40).log
  expect(read('tcp', log)).toEqual([[1, 9, 29, 29]])
})

it('what never came, or came spoilt alone, has no arrival', () => {
  const log = new Conversation()
    .tcp('up', 0, SYN, 0, null)
    .tcp('up', 1, ACK, 1, 1, 64, { isCorrupt: true })
    .tcp('up', 2, ACK, 65, 1, 64).log
  expect(read('tcp', log)).toEqual([
    [1, 1, null, null],
    [2, 2, 22, null],
  ])
})

it('over UDP nothing waits', () => {
  expect(read('udp', udpEcho(), -MS)).toEqual([
    [1, 1, 21, 21],
    [2, 41.3, null, null],
    [3, 1041.4, 1061.4, 1061.4],
  ])
  expect(read('udp', udpOvertaken())).toEqual([
    [1, 0, 20, 20],
    [2, 1, 23.5, 23.5],
    [3, 2, 22, 22],
    [4, 3, null, null],
    [5, 4, null, null],
  ])
})
