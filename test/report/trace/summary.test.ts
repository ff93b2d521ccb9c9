import { expect, it } from 'vitest'
import { Protocol } from '../../../src/packets/ip-packet.ts'
import { labelsOf } from '../../../src/report/trace/labels.ts'
import { summaryOf } from '../../../src/report/trace/summary.ts'
import { numberedText } from '../../../src/wire/numbered-text.ts'
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
