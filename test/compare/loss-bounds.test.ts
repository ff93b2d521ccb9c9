import { expect, it } from 'vitest'
import { lossBoundMetrics } from '../../src/compare/loss-bounds.ts'
import type { Run } from '../../src/result/schema.ts'

const NONE = { receive: 0, send: 0, interface: 0 }
const UNKNOWN = { hostLossRatio: null, pathLossRatio: null }

function run(lostCount: number, hostDrops: Run['hostDrops'], workload = 'bulk', sentCount = 100) {
  const counted = hostDrops ? { hostDrops } : {}
  return { workload, metrics: { sentCount, lossRatio: lostCount / sentCount }, ...counted }
}

it('of 100 sent, 10 lost and 4 dropped: 4 % in hosts at most, 6 % on the path at least', () => {
  const drops = { here: { receive: 1, send: 1, interface: 0 }, far: { ...NONE, interface: 2 } }
  const [bounds] = [{ hostLossRatio: 0.04, pathLossRatio: 0.06 }]
  expect(lossBoundMetrics([run(10, drops)])).toEqual(bounds)
  expect(lossBoundMetrics([run(10, drops, 'echo')])).toEqual(bounds)
  // Both ends on one host, whose counts are those of both.
  expect(lossBoundMetrics([run(10, { here: { ...NONE, receive: 4 } })])).toEqual(bounds)
})

it('charges hosts with no more than was lost, and the path with no less than none', () => {
  const drops = { here: { ...NONE, receive: 700 }, far: NONE }
  expect(lossBoundMetrics([run(10, drops)])).toEqual({ hostLossRatio: 0.1, pathLossRatio: 0 })
  expect(lossBoundMetrics([run(0, drops)])).toEqual({ hostLossRatio: 0, pathLossRatio: 0 })
  expect(lossBoundMetrics([run(10, { here: NONE, far: NONE })])).toEqual({
    hostLossRatio: 0,
    pathLossRatio: 0.1,
  })
})

it('charges hosts with all that a dropped packet may have held', () => {
  const packed = run(100, { here: { ...NONE, receive: 1 }, messagesPerPacket: 64 }, 'bulk', 1000)
  expect(lossBoundMetrics([packed])).toEqual({ hostLossRatio: 0.064, pathLossRatio: 0.036 })
})

it('does not charge the path with what came late', () => {
  const { metrics, ...each } = run(10, { here: { ...NONE, receive: 4 } }, 'echo')
  const late = (lateCount: number) => lossBoundMetrics([{ ...each, metrics: { ...metrics, lateCount } }])
  expect(late(5)).toEqual({ hostLossRatio: 0.04, pathLossRatio: 0.01 })
  expect(late(10)).toEqual({ hostLossRatio: 0.04, pathLossRatio: 0 })
})

it('adds up the bounds of runs, each by the messages it sent', () => {
  const runs = [
    run(10, { here: { ...NONE, receive: 4 }, far: NONE }),
    run(0, { here: { ...NONE, receive: 90 }, far: NONE }),
    run(6, { here: NONE, far: NONE }, 'bulk', 300),
  ]
  expect(lossBoundMetrics(runs)).toEqual({ hostLossRatio: 4 / 500, pathLossRatio: 12 / 500 })
})

it('says nothing unless both hosts tell, in every run', () => {
  const drops = { ...NONE, receive: 4 }
  const known = run(10, { here: drops, far: NONE })
  for (const hostDrops of [
    { here: drops, far: null },
    { here: null, far: drops },
    { here: null },
    undefined,
  ]) {
    expect(lossBoundMetrics([run(10, hostDrops)])).toEqual(UNKNOWN)
    expect(lossBoundMetrics([known, run(10, hostDrops)])).toEqual(UNKNOWN)
  }
})

it('says nothing of a chat, of no run, and of nothing sent', () => {
  expect(lossBoundMetrics([run(10, { here: { ...NONE, receive: 4 } }, 'chat')])).toEqual(UNKNOWN)
  expect(lossBoundMetrics([])).toEqual(UNKNOWN)
  const silent = {
    engine: 'node',
    workload: 'bulk',
    metrics: { sentCount: 0, lossRatio: null },
    hostDrops: { here: NONE },
  }
  expect(lossBoundMetrics([silent])).toEqual(UNKNOWN)
})
