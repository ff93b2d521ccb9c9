import { expect, it } from 'vitest'
import { Protocol } from '../../../src/packets/ip-packet.ts'
import { labelsOf } from '../../../src/report/trace/labels.ts'
import { summaryOf } from '../../../src/report/trace/summary.ts'
import { timelineSentence } from '../../../src/report/trace/timeline-facts.ts'
import { numberedText } from '../../../src/wire/numbered-text.ts'
import { udpUnderWay } from '../../packets/conversations.ts'
import { ipPacket, logged, udpDatagram } from '../../packets/made-packets.ts'
import { tracedFrom } from './sample-trace.ts'

it('a datagram in pieces counts the bytes of its message once, and says which of them each piece has', () => {
  const datagram = udpDatagram({}, numberedText(1, 3000))
  const cuts = [0, 1232, 2464, datagram.length]
  const log = cuts.slice(1).map((to, index) => {
    const offsetBytes = cuts[index] ?? 0
    const fragment = { id: 9, offsetBytes, isLast: to === datagram.length }
    return logged(
      'up',
      ipPacket({ protocol: Protocol.UDP, fragment }, datagram.subarray(offsetBytes, to)),
      {},
    )
  })
  const conversation = tracedFrom('udp', log)
  expect(conversation.packets.map((packet) => labelsOf(packet)[0])).toEqual([
    'fragment, bytes 0 to 1223: message 1',
    'fragment, bytes 1224 to 2455: message 1',
    'fragment, bytes 2456 to 2999: message 1',
  ])
  expect(summaryOf(conversation)).toMatch(/^UDP: 3 packets, [\d,]+ B, for 3,000 B of messages/)
})

// Breaks when an error of ICMP is charged to UDP, what is still under way counts as lost, or a late answer as one in time.
it('what is still under way is not lost, what came too late is no answer, and ICMP is apart', () => {
  const conversation = { ...tracedFrom('udp', udpUnderWay()), unanswered: [1, 2, 3] }
  expect(summaryOf(conversation)).toBe(
    'UDP: 4 packets, 368 B, for 256 B of messages; 1 lost; 1 still under way at the end; besides, 1 ICMP packet, 28 B; no answer to messages 2, 3; no answer to message 1 in time.',
  )
  expect(timelineSentence(conversation)).toBe(
    'UDP: no message waited for an earlier one; message 3 never came; message 2 still under way at the end; no answer to message 1 in time.',
  )
})

it('without the client’s word an answer that reached it is one', () => {
  const { packets, ...rest } = tracedFrom('udp', udpUnderWay().slice(0, 2))
  expect(summaryOf({ ...rest, packets, unanswered: null })).toBe(
    'UDP: 2 packets, 184 B, for 128 B of messages.',
  )
})
