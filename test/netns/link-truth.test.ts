import { expect, it } from 'vitest'
import { DatagramMessages } from '../../src/packets/datagram-messages.ts'
import { internetDatagramsOf } from '../../src/packets/internet-datagrams.ts'
import type { LoggedPacket } from '../../src/packets/packet-log.ts'
import type { WireMessage } from '../../src/packets/wire-message.ts'
import { wirePacketsOf } from '../../src/packets/wire-packets.ts'
import { needsLink } from './linked-hosts.ts'
import { compared, logOf, measuredLink } from './measured-link.ts'

const ONE_RUN = ['--proto', 'udp', '--blocks', '1']

/** The messages of each way, as the log of the link has them. */
function messagesOf(log: readonly LoggedPacket[]) {
  const found = new DatagramMessages()
  for (const datagram of internetDatagramsOf(wirePacketsOf(log))) found.add(datagram)
  const { messages } = found
  return {
    up: messages.filter(({ direction }) => direction === 'up'),
    down: messages.filter(({ direction }) => direction === 'down'),
  }
}

/** How many of them never came; NaN of none. */
const shareLost = (messages: readonly WireMessage[]): number =>
  messages.filter(({ arrivedNs }) => arrivedNs === null).length / messages.length

/** Copies that came, one by one. */
const deliveredCount = (log: readonly LoggedPacket[], direction: string): number => {
  const records = log.filter(
    (each) => each.direction === direction && each.fate === 'delivered' && !each.isCorrupt,
  )
  // Each by itself: as if no other had its number.
  const alone = records.map((each, index) => ({ ...each, number: index + 1 }))
  return messagesOf(alone)[direction as 'up' | 'down'].length
}

// Break when a loss is charged to the wrong way, a copy is taken for a message, or a count is taken too early.
it.for([
  'loss=0.1%',
  'loss=2%',
  'loss=20%',
  'burst-loss=0.03%,30%',
  'burst-loss=0.6%,30%',
  'burst-loss=7.5%,30%',
  'loss=0.1% duplicate=5% reorder=5% delay=3ms jitter=1ms',
  'loss=2% burst-loss=0.6%,30% duplicate=5% reorder=5% delay=3ms',
  'loss=20% duplicate=20% reorder=20% corrupt=1% delay=3ms',
])(
  'udp echo over a link with %s each way: the loss of each way that netcmp reports is that of the link’s log, exactly',
  async (both, context) => {
    needsLink(context)
    const hosts = await measuredLink({ up: both, down: both, seed: '5' })
    const pace = ['--rate', '4000', '--duration', '500ms']
    const { runs } = await compared(hosts, ...ONE_RUN, '--workload', 'echo', ...pace)
    const log = await logOf(hosts)
    const { up, down } = messagesOf(log)
    const answered = new Set(down.flatMap(({ seq, arrivedNs }) => (arrivedNs === null ? [] : [seq])))
    const [received, returned] = [up, down].map(
      (each) => each.filter(({ arrivedNs }) => arrivedNs !== null).length,
    )
    expect(up.length).toBe(2000)
    expect(runs[0]?.metrics).toMatchObject({
      sentCount: up.length,
      receivedCount: answered.size,
      lossRatio: (up.length - answered.size) / up.length,
      forwardLossRatio: shareLost(up),
      reverseLossRatio: shareLost(down),
      forwardDuplicateRatio: (deliveredCount(log, 'up') - (received as number)) / (received as number),
      reverseDuplicateRatio: (deliveredCount(log, 'down') - (returned as number)) / (returned as number),
    })
  },
)

it('udp bulk both ways, with everything at once: what is lost is what the link’s log lost', async (context) => {
  needsLink(context)
  const hosts = await measuredLink({
    loss: '2%',
    burstLoss: '0.6%,30%',
    duplicate: '5%',
    reorder: '5%',
    delay: '3ms',
    seed: '5',
  })
  const pace = ['--direction', 'both', '--rate', '2000', '--size', '700', '--duration', '500ms']
  const { runs } = await compared(hosts, ...ONE_RUN, '--workload', 'bulk', ...pace)
  const { up, down } = messagesOf(await logOf(hosts))
  expect(runs[0]?.metrics).toMatchObject({
    sentCount: up.length + down.length,
    lossRatio: shareLost([...up, ...down]),
  })
})

it('the run of a result says what the link did to its packets, and the figures of the wire are there', async (context) => {
  needsLink(context)
  const hosts = await measuredLink({ loss: '2%', seed: '5' })
  const pace = ['--rate', '1000', '--duration', '500ms', '--blocks', '1', '--timeout', '2s']
  const document = await compared(
    hosts,
    '--workload',
    'echo,connect',
    ...pace,
    '--link-control',
    hosts.control,
  )
  expect(document.link).toMatchObject({ maker: 'relay', seed: 5, up: { lossRatio: 0.02 } })
  const { metrics: ofUdp, link } =
    document.runs.find((each) => each.transport === 'udp' && each.workload === 'echo') ?? {}
  const sentCount = ofUdp?.sentCount ?? 0
  // Besides messages the link lost requests and answers of the session, if any.
  expect(link?.up.lostCount).toBeGreaterThanOrEqual((ofUdp?.forwardLossRatio ?? 1) * sentCount)
  expect(link).toMatchObject({
    up: { messageCount: sentCount, lostMessageCount: Math.round((ofUdp?.forwardLossRatio ?? 1) * sentCount) },
    down: { lostMessageCount: expect.any(Number) },
  })
  const answeredCount = sentCount * (1 - (ofUdp?.forwardLossRatio ?? 1))
  expect(ofUdp).toMatchObject({
    holBlockedRatio: 0,
    wirePacketsPerMessage: (sentCount + answeredCount) / sentCount,
    // 20 B of IPv4, 8 B of UDP, 64 B of message.
    wireBytesPerMessage: (92 * (sentCount + answeredCount)) / sentCount,
  })
  const connects = document.summary.filter(({ workload }) => workload === 'connect')
  const [ofTcp, alsoUdp] = ['tcp', 'udp'].map(
    (name) => connects.find(({ transport }) => transport === name)?.metrics,
  )
  expect(alsoUdp).toMatchObject({ connectPackets: 0, closePackets: 0 })
  expect(ofTcp?.connectPackets).toBeGreaterThanOrEqual(3)
  expect(ofTcp?.connectPackets).toBeLessThan(3.5)
  expect(ofTcp?.closePackets).toBeGreaterThan(2)
})

// Breaks when what the link damaged is taken for what a socket's buffer had no room for.
it('what the link lost and damaged is the path’s to the message, and no host is blamed', async (context) => {
  needsLink(context)
  const hosts = await measuredLink({ loss: '2%', corrupt: '5%', seed: '5' })
  const pace = ['--rate', '1000', '--duration', '500ms', '--blocks', '1', '--timeout', '2s']
  const what = ['--proto', 'udp', '--workload', 'echo', '--link-control', hosts.control]
  const { runs, warnings } = await compared(hosts, ...what, ...pace)
  const { metrics, link } = runs[0] ?? {}
  const lostCount = Math.round((metrics?.sentCount ?? 0) * (metrics?.lossRatio ?? 0))
  expect((link?.up.lostMessageCount ?? 0) + (link?.down.lostMessageCount ?? 0)).toBe(lostCount)
  expect(lostCount).toBeGreaterThan(20)
  expect(metrics).toMatchObject({ pathLossRatio: metrics?.lossRatio, hostLossRatio: 0 })
  expect(warnings.filter(({ code }) => code === 'host-drops')).toEqual([])
})

// Breaks when what a sender's host drops before the link is charged to the path.
it('a flood that this computer cannot pass on: the path lost what its link lost, whatever the hosts did', async (context) => {
  needsLink(context)
  const hosts = await measuredLink({ loss: '2%', seed: '5' })
  const what = ['--proto', 'udp', '--workload', 'bulk', '--link-control', hosts.control]
  const { runs } = await compared(hosts, ...what, '--duration', '250ms', '--blocks', '1')
  const { metrics, link } = runs[0] ?? {}
  const { sentCount, lossRatio, pathLossRatio, hostLossRatio } = metrics ?? {}
  const lostMessageCount = link?.up.lostMessageCount ?? Number.NaN
  expect(pathLossRatio).toBe(lostMessageCount / (sentCount ?? 0))
  expect(lostMessageCount).toBeLessThanOrEqual(link?.up.lostCount ?? 0)
  expect((pathLossRatio ?? 0) + (hostLossRatio ?? 0)).toBeCloseTo(lossRatio ?? Number.NaN, 10)
  // All others came to the link, or were dropped before it.
  expect((link?.up.messageCount ?? 0) + (link?.unseenCount ?? 0)).toBeGreaterThanOrEqual(sentCount ?? 0)
})

it('over TCP nothing is lost, changed or out of order, whatever happens to its packets', async (context) => {
  needsLink(context)
  const pairs = 'loss=2% corrupt=5% duplicate=5% delay=2ms reorder=10%'
  const hosts = await measuredLink({ up: pairs, down: pairs })
  const pace = ['--rate', '1000', '--duration', '500ms', '--blocks', '1', '--timeout', '2s']
  const { runs } = await compared(hosts, '--proto', 'tcp', '--workload', 'echo', '--verify', ...pace)
  expect(runs[0]?.metrics).toMatchObject({
    sentCount: 500,
    receivedCount: 500,
    lossRatio: 0,
    reorderedRatio: 0,
    corruptCount: 0,
  })
  const log = await logOf(hosts)
  expect(log.some(({ isCorrupt }) => isCorrupt)).toBe(true)
  expect(log.some(({ fate }) => fate === 'lost')).toBe(true)
})
