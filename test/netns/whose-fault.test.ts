import { expect, it } from 'vitest'
import { parseResult } from '../../src/result/read.ts'
import { BIN } from '../cli/run-netcmp.ts'
import { needsTwoHosts, twoHosts } from './two-hosts.ts'

/** Each message a packet of its own, which can be dropped by itself. */
const NODE = ['--engine', 'node']
const NONE = { receive: 0, send: 0, interface: 0 }

// Breaks when what a host dropped is charged to the path, or the other way round, or one host is taken for the other.
it('what the server’s buffers dropped is told from what the path dropped, to the datagram', async (context) => {
  needsTwoHosts(context)
  const { near, far, server, target } = await twoHosts(NODE)
  far.dropEvery(100)
  const pace = ['--rate', '10000', '--duration', '2s', '--blocks', '1', '--timeout', '10s']
  const what = ['--proto', 'udp', '--workload', 'bulk', '--size', '1400', '--format', 'json']
  const client = near.start(process.execPath, BIN, target, ...what, ...pace, ...NODE)
  const until = async (happened: () => boolean) => {
    while (!happened() && !client.isOver) await new Promise(setImmediate)
  }
  // Nothing but probes is under way while the server stands still: none of its questions is dropped.
  await until(() => far.toll('udp').seenCount > 0)
  server.signal('SIGSTOP')
  await until(() => far.receiveBufferErrors() > 0)
  server.signal('SIGCONT')
  const { code, stdout, stderr } = await client.exit()
  expect(code, stderr).toBe(0)
  const { runs, summary, warnings } = parseResult(stdout, 'stdout')
  const [onPath, inHost] = [far.toll('udp').droppedCount, far.receiveBufferErrors()]
  expect(far.toll('udp')).toEqual({ seenCount: 20_000, droppedCount: 200 })
  expect(inHost).toBeGreaterThan(0)
  expect(runs[0]).toMatchObject({
    metrics: { sentCount: 20_000, receivedCount: 20_000 - onPath - inHost },
    hostDrops: { here: NONE, far: { ...NONE, receive: inHost } },
  })
  const bounds = { hostLossRatio: inHost / 20_000, pathLossRatio: onPath / 20_000 }
  for (const { metrics } of [...runs, ...summary]) expect(metrics).toMatchObject(bounds)
  expect(warnings.map(({ text }) => text)).toContain(
    `udp bulk: the far host dropped ${inHost} datagrams at receiving sockets meanwhile: of ${onPath + inHost} lost, at most ${inHost} were lost there, at least ${onPath} on the path (lower --rate, or raise --buffer there, and net.core.rmem_max with it)`,
  )
})

it('what the path dropped is charged to no host', async (context) => {
  needsTwoHosts(context)
  const { near, far, target } = await twoHosts(NODE)
  far.dropEvery(4)
  const pace = ['--rate', '800', '--duration', '250ms', '--blocks', '1', '--timeout', '2s']
  const what = ['--proto', 'udp', '--workload', 'bulk', '--format', 'json']
  const limits = ['hostLossRatio>0', 'pathLossRatio>0'].flatMap((limit) => ['--fail-on', `udp.bulk.${limit}`])
  const client = near.start(process.execPath, BIN, target, ...what, ...pace, ...limits, ...NODE)
  const { code, stdout, stderr } = await client.exit()
  expect({ code, stderr }).toMatchObject({
    code: 4,
    stderr: 'netcmp: limit udp.bulk.pathLossRatio>0 missed: pathLossRatio is 25.0 %\n',
  })
  const { runs, warnings } = parseResult(stdout, 'stdout')
  expect(runs[0]).toMatchObject({
    metrics: { lossRatio: 0.25, hostLossRatio: 0, pathLossRatio: 0.25 },
    hostDrops: { here: NONE, far: NONE },
  })
  expect(warnings.filter(({ code }) => code === 'host-drops')).toEqual([])
})
