import { expect, it } from 'vitest'
import { hostLosses } from '../../src/compare/host-losses.ts'
import { lossBoundMetrics } from '../../src/compare/loss-bounds.ts'
import { LinkTally } from '../../src/lab/link-counts.ts'
import type { LinkAccount, Run } from '../../src/result/schema.ts'

const NONE = { receive: 0, send: 0, interface: 0 }
const none = new LinkTally().take()

/** Of 1000 messages of UDP over the link of a lab. */
function run(lostCount: number, link: LinkAccount, more: Partial<Run> = {}, lateCount = 0): Run {
  return {
    transport: 'udp',
    workload: 'bulk',
    block: 1,
    engine: 'native',
    metrics: { sentCount: 1000, lossRatio: lostCount / 1000, lateCount },
    error: null,
    hostDrops: { here: NONE, far: NONE },
    link,
    ...more,
  }
}

const told = (up: number, down: number, unseenCount = 0): LinkAccount => ({
  up: { ...none, messageCount: 1000, lostMessageCount: up },
  down: { ...none, messageCount: 1000, lostMessageCount: down },
  ...(unseenCount > 0 ? { unseenCount } : {}),
})

// Breaks when what never reached the link is charged to it.
it('the path lost what its link lost, hosts at most the rest', () => {
  expect(lossBoundMetrics([run(710, told(20, 0, 690))])).toEqual({ hostLossRatio: 0.69, pathLossRatio: 0.02 })
  expect(lossBoundMetrics([run(40, told(30, 10))])).toEqual({ hostLossRatio: 0, pathLossRatio: 0.04 })
  // Whether the hosts tell or not.
  const silent = { hostDrops: { here: null, far: null } }
  expect(lossBoundMetrics([run(50, told(20, 0), silent)])).toEqual({
    hostLossRatio: 0.03,
    pathLossRatio: 0.02,
  })
})

it('late ones are neither’s, and the path lost no more than was lost', () => {
  expect(lossBoundMetrics([run(50, told(20, 0), {}, 25)])).toEqual({
    hostLossRatio: 0.005,
    pathLossRatio: 0.02,
  })
  expect(lossBoundMetrics([run(10, told(20, 0))])).toEqual({ hostLossRatio: 0, pathLossRatio: 0.01 })
})

it('those that its link still carried at the end are neither’s', () => {
  const { up, ...link } = told(20, 0)
  const carrying = { up: { ...up, underWayMessageCount: 25 }, ...link }
  expect(lossBoundMetrics([run(50, carrying)])).toEqual({ hostLossRatio: 0.005, pathLossRatio: 0.02 })
})

it('where its log tells of no messages, what never reached the link is the hosts’, and its packets bound the path', () => {
  const packets = (lostCount: number, unseenCount: number): LinkAccount => ({
    up: { ...none, lostCount, messageCount: null, lostMessageCount: null },
    down: none,
    unseenCount,
  })
  expect(lossBoundMetrics([run(710, packets(22, 690))])).toEqual({
    hostLossRatio: 0.69,
    pathLossRatio: 0.02,
  })
  expect(lossBoundMetrics([run(710, packets(22, 600))])).toEqual({
    hostLossRatio: 0.6,
    pathLossRatio: 0.022,
  })
})

it('over TCP there are no bounds', () => {
  const { hostDrops: _, ...reliable } = run(0, told(0, 0))
  expect(lossBoundMetrics([reliable])).toEqual({ hostLossRatio: null, pathLossRatio: null })
})

const warned = (each: Run) => {
  const { metrics, workload, transport } = each
  return hostLosses([{ transport, workload, metrics }], [each]).map(({ text }) => text)
}

// Breaks when damaged datagrams, which a socket counts among its drops, are taken for what its buffer had no room for.
it('what the link damaged is no host’s, and no buffer helps', () => {
  const damaged = { hostDrops: { here: NONE, far: { ...NONE, socket: 22 } } }
  expect(warned(run(22, told(22, 0), damaged))).toEqual([])
  const { link: _, ...elsewhere } = run(22, told(22, 0), damaged)
  expect(lossBoundMetrics([elsewhere])).toEqual({ hostLossRatio: 0, pathLossRatio: 0.022 })
  expect(warned(elsewhere)).toEqual([])
})

it('a host’s drops are told from the link’s, with what the link never saw', () => {
  const full = { hostDrops: { here: NONE, far: { ...NONE, receive: 109, socket: 109 } } }
  expect(warned(run(400, told(9, 0, 282), full))).toEqual([
    'udp bulk: the far host dropped 109 datagrams at receiving sockets meanwhile: of 400 lost, at most 391 were lost there or before the link, at least 9 on the path (lower --rate, or raise --buffer there, and net.core.rmem_max with it)',
  ])
})
