import { expect, it } from 'vitest'
import { nanos } from '../../src/core/clock.ts'
import { NS_PER_MS } from '../../src/core/units.ts'
import { internetDatagramsOf } from '../../src/packets/internet-datagrams.ts'
import type { LoggedPacket } from '../../src/packets/packet-log.ts'
import { messagesOfStream } from '../../src/packets/stream-messages.ts'
import { TcpConnections } from '../../src/packets/tcp-connections.ts'
import { type TcpStream, tcpStreamOf } from '../../src/packets/tcp-stream.ts'
import { wirePacketsOf } from '../../src/packets/wire-packets.ts'
import { closingOf } from '../../src/report/closing.ts'
import type { ResultDocument } from '../../src/result/schema.ts'
import { FrameType, frameType, readSeq, readServerReceivedAt } from '../../src/wire/frame.ts'
import { Deframer, MAX_STREAM_MESSAGE_BYTES } from '../../src/wire/framing.ts'
import { needsLink } from './linked-hosts.ts'
import { compared, logOf, measuredLink } from './measured-link.ts'

const DELAY_MS = 20
/** One more warms up. */
const COUNTED_BLOCKS = 7
const LINK = { loss: '2%', delay: `${DELAY_MS}ms`, seed: '3' }
/** A packet that is lost is missed when the answer to a later one comes, and sent again: a round trip at least. */
const RETRANSMISSION_NS = 2 * DELAY_MS * NS_PER_MS

/** Each way of the one connection over which messages went. */
function streamsOf(log: readonly LoggedPacket[]): { up: TcpStream; down: TcpStream } {
  const connections = new TcpConnections()
  for (const datagram of internetDatagramsOf(wirePacketsOf(log))) connections.add(datagram)
  const streams = connections.all.map((each) => ({
    up: tcpStreamOf(each, 'up'),
    down: tcpStreamOf(each, 'down'),
  }))
  const found = streams.find(({ up }) => up !== null && messagesOfStream(up, 'up').messages.length > 0)
  if (!found?.up || !found.down) throw new Error('no connection with messages')
  return { up: found.up, down: found.down }
}

/** When the server read each message, as it wrote into its answer: ns of the same clock. */
function serverTimes({ sent }: TcpStream): Map<number, number> {
  const times = new Map<number, number>()
  const deframer = new Deframer(MAX_STREAM_MESSAGE_BYTES, (message) => {
    if (frameType(message) === FrameType.PROBE) times.set(readSeq(message), readServerReceivedAt(message))
  })
  for (const { bytes } of sent) deframer.push(bytes, nanos(0))
  return times
}

// Breaks when a message is thought to be readable before it was, or long after.
it('what the log says was blocked, the server read no sooner, and at once then', async (context) => {
  needsLink(context)
  const hosts = await measuredLink(LINK)
  const pace = ['--rate', '500', '--duration', '2s', '--blocks', '1', '--timeout', '5s']
  const { runs } = await compared(hosts, '--proto', 'tcp', '--workload', 'echo', ...pace)
  const { up, down } = streamsOf(await logOf(hosts))
  const { messages } = messagesOfStream(up, 'up')
  const readAt = serverTimes(down)
  expect(messages.length).toBe(runs[0]?.metrics.sentCount)
  const waits = messages.map(({ seq, arrivedNs, blockedNs }) => {
    const afterArrivalNs = (readAt.get(seq) ?? Number.NaN) - (arrivedNs ?? Number.NaN)
    return { blockedNs: blockedNs ?? Number.NaN, lateNs: afterArrivalNs - (blockedNs ?? Number.NaN) }
  })
  // The relay reads the clock before it hands a packet over: nobody can read it sooner.
  expect(waits.filter(({ lateNs }) => !(lateNs >= 0))).toEqual([])
  const blocked = waits.filter(({ blockedNs }) => blockedNs > 0)
  expect(blocked.length).toBeGreaterThan(20)
  // What the server's processor adds is none of it: half of them were read within a tenth of what a blocked one waits at most.
  const late = blocked.map(({ lateNs }) => lateNs).sort((a, b) => a - b)
  expect(late[Math.floor(late.length / 2)]).toBeLessThan(RETRANSMISSION_NS / 10)
  expect(Math.max(...blocked.map(({ blockedNs }) => blockedNs))).toBeGreaterThan(RETRANSMISSION_NS)
})

/**
 * How much longer the slowest answers of a block took than half of them, in the middle of all counted blocks: one in which
 * this computer stood still, or two, do not move it.
 */
function overMedian({ runs }: ResultDocument, transport: string): number {
  const counted = runs.filter((run) => run.transport === transport && run.block >= 1)
  expect(counted).toHaveLength(COUNTED_BLOCKS)
  const each = counted.map(({ metrics }) => {
    expect(metrics.receivedCount).toBeGreaterThanOrEqual(100)
    return (metrics.rttP99Ns ?? Number.NaN) - (metrics.rttP50Ns ?? Number.NaN)
  })
  return each.sort((a, b) => a - b)[COUNTED_BLOCKS >> 1] ?? Number.NaN
}

// Breaks when a lab does not show what it is for.
it('at 2 % of loss and 20 ms TCP loses nothing, in order, and is late for it; UDP is not; the table says so', async (context) => {
  needsLink(context)
  const hosts = await measuredLink(LINK)
  const pace = [
    '--rate',
    '400',
    '--duration',
    '500ms',
    '--blocks',
    `${COUNTED_BLOCKS + 1}`,
    '--timeout',
    '2s',
  ]
  const document = await compared(hosts, '--workload', 'echo', ...pace, '--link-control', hosts.control)
  const [tcp, udp] = ['tcp', 'udp'].map(
    (name) => document.summary.find(({ transport }) => transport === name)?.metrics ?? {},
  )
  expect(tcp).toMatchObject({ lossRatio: 0, reorderedRatio: 0 })
  expect(udp?.lossRatio).toBeGreaterThan(0)
  expect(overMedian(document, 'tcp')).toBeGreaterThan(RETRANSMISSION_NS)
  expect(overMedian(document, 'udp')).toBeLessThan(RETRANSMISSION_NS)
  expect(tcp?.holBlockedRatio).toBeGreaterThan(0)
  expect(udp?.holBlockedRatio).toBe(0)
  expect(tcp?.retransmitCount).toBeGreaterThan(0)
  const closing = closingOf(document).replaceAll('\u00A0', ' ')
  expect(closing).toMatch(
    /TCP lost no echo message and kept their order, but \S+ % of them waited for an earlier one, 1 % of all for \S+ ms or longer/,
  )
  // On a computer that is too busy no interval may bear a difference out: then none is said.
  const isShown = (metric: string) =>
    document.verdicts.find((each) => each.metric === metric)?.outcome === 'b'
  expect(closing.includes('or longer; none of UDP’s did.')).toBe(isShown('holBlockedRatio'))
  const said =
    /1 % of TCP’s answers took \S+ m?s or longer, \S+ m?s over the median \(UDP: \S+ \S+ over its\)\./
  expect(said.test(closing)).toBe(isShown('rttP99Ns'))
})
