import { expect, it } from 'vitest'
import { parseResult } from '../../src/result/read.ts'
import type { Metrics, ResultDocument } from '../../src/result/schema.ts'
import { BIN } from '../cli/run-netcmp.ts'
import { needsIpv6Hosts, needsTwoHosts, type TwoHosts, twoHosts } from './two-hosts.ts'

/** Each message a packet of its own, which can be dropped by itself. */
const NODE = ['--engine', 'node']

/** Of runs from the near host, of 200 messages each way that it sends. */
async function compared({ near, target }: TwoHosts, ...args: readonly string[]): Promise<ResultDocument> {
  const pace = ['--rate', '800', '--duration', '250ms', '--blocks', '1', '--timeout', '2s', ...NODE]
  const client = near.start(process.execPath, BIN, target, ...args, ...pace, '--format', 'json')
  const { code, stdout, stderr } = await client.exit()
  expect(code, stderr).toBe(0)
  return parseResult(stdout, 'stdout')
}

/** Of one such run. */
async function measured(hosts: TwoHosts, ...args: readonly string[]): Promise<Metrics> {
  return (await compared(hosts, ...args)).runs[0]?.metrics ?? {}
}

// Break when a way is charged with what the other one lost, or a count is taken while messages are still under way.
it.for([
  { outEvery: 2, backEvery: 0, family: 4 },
  { outEvery: 0, backEvery: 7, family: 4 },
  { outEvery: 50, backEvery: 3, family: 4 },
  { outEvery: 3, backEvery: 5, family: 4 },
  { outEvery: 4, backEvery: 3, family: 6 },
] as const)(
  'udp echo over IPv$family, one in $outEvery lost going out and one in $backEvery coming back (0: none), is told to the packet',
  async ({ outEvery, backEvery, family }, context) => {
    needsTwoHosts(context)
    if (family === 6) needsIpv6Hosts(context)
    const hosts = await twoHosts(NODE, family)
    const { near, far } = hosts
    if (outEvery > 0) far.dropEvery(outEvery)
    if (backEvery > 0) near.dropEvery(backEvery)
    const metrics = await measured(hosts, '--proto', 'udp', '--workload', 'echo')
    const [out, back] = [far.toll('udp'), near.toll('udp')]
    const answeredCount = 200 - out.droppedCount
    expect(out).toEqual({
      seenCount: outEvery > 0 ? 200 : 0,
      droppedCount: outEvery > 0 ? Math.floor(200 / outEvery) : 0,
    })
    expect(back.seenCount).toBe(backEvery > 0 ? answeredCount : 0)
    expect(metrics).toMatchObject({
      sentCount: 200,
      receivedCount: answeredCount - back.droppedCount,
      lossRatio: (out.droppedCount + back.droppedCount) / 200,
      forwardLossRatio: out.droppedCount / 200,
      reverseLossRatio: back.droppedCount / answeredCount,
    })
  },
)

it('udp bulk both ways loses what the path took of both', async (context) => {
  needsTwoHosts(context)
  const hosts = await twoHosts(NODE)
  hosts.far.dropEvery(4)
  hosts.near.dropEvery(9)
  const metrics = await measured(hosts, '--proto', 'udp', '--workload', 'bulk', '--direction', 'both')
  expect(hosts.far.toll('udp')).toEqual({ seenCount: 200, droppedCount: 50 })
  expect(hosts.near.toll('udp')).toEqual({ seenCount: 200, droppedCount: 22 })
  expect(metrics).toMatchObject({ sentCount: 400, receivedCount: 328, lossRatio: 72 / 400 })
})

it('tcp loses nothing and keeps the order where segments are lost both ways', async (context) => {
  needsTwoHosts(context)
  const hosts = await twoHosts(NODE)
  hosts.far.dropEvery(6)
  hosts.near.dropEvery(6)
  const metrics = await measured(hosts, '--proto', 'tcp', '--workload', 'echo')
  expect(hosts.far.toll('tcp').droppedCount).toBeGreaterThan(0)
  expect(hosts.near.toll('tcp').droppedCount).toBeGreaterThan(0)
  expect(metrics).toMatchObject({ sentCount: 200, receivedCount: 200, lossRatio: 0, reorderedRatio: 0 })
})

// Breaks when one of the protocols is not served, or not dialled, over IPv6.
it('tcp and udp are compared over IPv6 between two hosts, and every message is counted', async (context) => {
  needsTwoHosts(context)
  needsIpv6Hosts(context)
  const hosts = await twoHosts(NODE, 6)
  // One in a million: it drops nothing, and counts what really went over this cable.
  for (const host of [hosts.near, hosts.far]) host.dropEvery(1_000_000)
  const document = await compared(hosts, '--size', '1000')
  const { config, partial, runs } = document
  expect(partial).toBe(false)
  expect(config.addresses).toEqual({ tcp: hosts.target, udp: hosts.target })
  expect(hosts.target).toBe(`[fd00:78::2]:${hosts.port}`)
  expect(countsOf(runs, 'tcp')).toEqual(countsOf(runs, 'udp'))
  expect(countsOf(runs, 'udp')).toEqual({
    echo: [200, 200],
    connect: [200, 200],
    bulk: [200, 200],
    chat: [800, 3200],
  })
  // All of it went over the cable: there bulk is not answered, and each of four members hears 800.
  expect(hosts.far.toll('udp')).toEqual({ seenCount: 1400, droppedCount: 0 })
  expect(hosts.near.toll('udp')).toEqual({ seenCount: 3600, droppedCount: 0 })
  for (const host of [hosts.near, hosts.far]) expect(host.toll('tcp').seenCount).toBeGreaterThan(0)
})

/** Sent and received, by workload. */
function countsOf(runs: ResultDocument['runs'], transport: string): Record<string, unknown> {
  const own = runs.filter((run) => run.transport === transport)
  return Object.fromEntries(
    own.map(({ workload, metrics }) => [workload, [metrics.sentCount, metrics.receivedCount]]),
  )
}
