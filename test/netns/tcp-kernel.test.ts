import { expect, it } from 'vitest'
import { parseResult } from '../../src/result/read.ts'
import type { Run } from '../../src/result/schema.ts'
import { BIN } from '../cli/run-netcmp.ts'
import { delayingCable, needsDelayingCable } from './delaying-cable.ts'
import { needsIpv6Hosts, needsTwoHosts, type TwoHosts, twoHosts } from './two-hosts.ts'

/** The one run of a workload over TCP, from the near host. */
async function ran({ near, target }: TwoHosts, ...args: readonly string[]): Promise<Run> {
  const what = ['--proto', 'tcp', '--blocks', '1', '--timeout', '5s', '--format', 'json']
  const { code, stdout, stderr } = await near.start(process.execPath, BIN, target, ...args, ...what).exit()
  expect(code, stderr).toBe(0)
  return parseResult(stdout, 'stdout').runs[0] as Run
}

/** Of 40 messages each way, each in a segment of its own: what the path sees besides was sent again. */
const ECHO = ['--workload', 'echo', '--rate', '20', '--duration', '2s']
const BULK = ['--workload', 'bulk', '--rate', '20', '--size', '1000', '--duration', '2s']

// Break when what is counted is another field, another connection or another end.
it.for([
  { every: 8, engine: 'node' },
  { every: 8, engine: 'native' },
  { every: 1_000_000, engine: 'node' },
  { every: 1_000_000, engine: 'native' },
] as const)(
  'a client on $engine, of whose segments one in $every is taken away, tells how many it sent again',
  async ({ every, engine }, context) => {
    needsTwoHosts(context)
    const hosts = await twoHosts()
    hosts.far.dropEvery(every)
    const { metrics } = await ran(hosts, '--engine', engine, ...ECHO)
    const { seenCount, droppedCount } = hosts.far.toll('tcp')
    expect(droppedCount).toBe(Math.floor(seenCount / every))
    expect(metrics.retransmitCount).toBe(seenCount - 40)
    expect(metrics.retransmitCount).toBeGreaterThanOrEqual(droppedCount)
  },
)

it.for(['node', 'native'] as const)(
  'a server on %s tells what it sent again, and the client of bulk upwards what it did',
  async (engine, context) => {
    needsTwoHosts(context)
    const hosts = await twoHosts(['--engine', engine])
    hosts.far.tune('net.ipv4.tcp_congestion_control', 'reno')
    hosts.near.dropEvery(9)
    hosts.far.dropEvery(1_000_000)
    const down = await ran(hosts, ...BULK, '--direction', 'down', '--congestion', 'cubic')
    const back = hosts.near.toll('tcp')
    expect(back.droppedCount).toBe(Math.floor(back.seenCount / 9))
    expect(down).toMatchObject({ congestion: 'reno', metrics: { retransmitCount: back.seenCount - 40 } })
    const before = hosts.far.toll('tcp').seenCount
    const up = await ran(hosts, ...BULK, '--congestion', 'cubic')
    const sentAgain = hosts.far.toll('tcp').seenCount - before - 40
    expect(up).toMatchObject({ congestion: 'cubic', metrics: { retransmitCount: sentAgain } })
  },
)

// RFC 9293, 3.7.1: what a packet holds, less the headers of IP and TCP, less the 12 bytes of the timestamps (RFC 7323).
it.for([
  { family: 4, mss: 1400 - 20 - 20 - 12 },
  { family: 6, mss: 1400 - 40 - 20 - 12 },
] as const)(
  'a segment over IPv$family fits a packet of 1400 bytes, and the window is as wide as it began',
  async ({ family, mss }, context) => {
    needsTwoHosts(context)
    if (family === 6) needsIpv6Hosts(context)
    const hosts = await twoHosts([], family)
    hosts.near.limitPackets(1400)
    hosts.near.beginWith(7)
    const { metrics } = await ran(hosts, ...ECHO, '--congestion', 'reno')
    expect(metrics).toMatchObject({ tcpMssBytes: mss, tcpCwndSegments: 7, tcpCwndMaxSegments: 7 })
  },
)

it('no segment comes back sooner than two ways take, nor later than its message', async (context) => {
  needsTwoHosts(context)
  needsDelayingCable(context)
  const hosts = await twoHosts(['--host', '0.0.0.0'])
  const address = await delayingCable(hosts, 15)
  const { metrics } = await ran({ ...hosts, target: `${address}:${hosts.port}` }, ...ECHO)
  const { tcpMinRttNs, tcpSrttNs, rttMinNs } = metrics
  expect(tcpMinRttNs).toBeGreaterThanOrEqual(30_000_000)
  expect(tcpMinRttNs).toBeLessThanOrEqual(rttMinNs ?? 0)
  expect(tcpSrttNs).toBeGreaterThanOrEqual(tcpMinRttNs ?? Number.NaN)
})

// What the link passes counts the headers of Ethernet, IP and TCP; a rate is of what segments carry. A burst of 2 kB adds
// under 5 % to a flight; a host that stands still makes it less. Breaks where bytes are taken for bits.
it('delivers at the rate of the slowest link, where that is what limits it', async (context) => {
  needsTwoHosts(context)
  const hosts = await twoHosts()
  hosts.near.slow('8mbit', 4_000_000)
  const bulk = ['--workload', 'bulk', '--size', '16KiB', '--duration', '1s', '--congestion', 'reno']
  const { metrics } = await ran(hosts, ...bulk)
  const truth = (8e6 * 1448) / (14 + 20 + 32 + 1448)
  expect(metrics.tcpDeliveryRateBitsPerSec).toBeLessThan(1.05 * truth)
  expect(metrics.tcpDeliveryRateBitsPerSec).toBeGreaterThan(truth / 4)
  const paced = await ran(hosts, ...ECHO)
  expect(paced.metrics.tcpDeliveryRateBitsPerSec).toBeNull()
})
