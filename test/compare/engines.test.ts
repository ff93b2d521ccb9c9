import { expect, it, onTestFinished } from 'vitest'
import { chooseEngine } from '../../src/cli/engine.ts'
import { compare } from '../../src/compare/compare.ts'
import { findTransport } from '../../src/registry.ts'
import type { Metrics, ResultDocument } from '../../src/result/schema.ts'
import { writeResult } from '../../src/result/write.ts'
import { SessionServer } from '../../src/service/session-server.ts'
import type { Engine } from '../../src/transport/contract.ts'
import { isNative } from '../native/is-native.ts'
import { FakeClock, within } from '../sim/fake-clock.ts'
import { MS } from '../sim/jobs.ts'
import { simulatedTransport } from '../sim/simulated-transport.ts'

const transports = ['tcp', 'udp'].map(findTransport)

const TIMES = ['timestamps (receive)', 'timestamps (send)']

/** Paced, and in no hurry: how many messages there are is a matter of the schedule alone, but for dials. */
const SETTINGS = {
  blocks: 1,
  durationNs: 250 * MS,
  timeoutNs: 5000 * MS,
  sizeBytes: 1000,
  ratePerSec: 500,
  bulkRatePerSec: 40,
  direction: 'both',
  members: 3,
  verify: true,
} as const

async function overSockets(asked: Engine): Promise<ResultDocument> {
  const { engine, clock, socket } = await chooseEngine(asked, transports, undefined)
  const server = new SessionServer(clock, 'netcmp test', { engine })
  onTestFinished(() => server.close())
  const addresses: Record<string, string> = {}
  for (const { name, ephemeral, listen, traits } of transports) {
    const listener = await listen(ephemeral(), { clock, socket }, server.serve(traits))
    onTestFinished(() => listener.close())
    addresses[name] = listener.address
  }
  const target = { name: 'test', addresses, sameHost: true }
  const { document, error } = await compare({
    ...SETTINGS,
    transports,
    target,
    clock,
    ...(socket ? { socket } : {}),
  })
  expect(error).toBeUndefined()
  return document
}

async function simulated(): Promise<ResultDocument> {
  const clock = new FakeClock()
  const server = new SessionServer(clock, 'netcmp test', { engine: 'node' })
  onTestFinished(() => server.close())
  const over = transports.map((each) => simulatedTransport(each, server))
  const target = { name: 'test', addresses: { tcp: '127.0.0.1:1', udp: '127.0.0.1:1' }, sameHost: true }
  const comparing = compare({ ...SETTINGS, transports: over, target, clock })
  const { document, error } = await within(clock, comparing, 10_000_000)
  expect(error).toBeUndefined()
  return document
}

/** Figures that no clock decides. */
const COUNTED =
  /^(sent|received|corrupt)Count$|(loss|Loss|duplicate|Duplicate|reordered|Reordered|corrupt|unread)Ratio$|^lossBurst|^reorderingExtent/

/** Figures that a kernel tells: a simulated link has none, and of round trips only the native engine asks it. */
const KERNELS = /^(wireRtt|hostNs$|tcp|retransmit)/

function withoutTime(workload: string, metrics: Metrics): Record<string, unknown> {
  const kept = ([id, value]: [string, number | null]) => {
    // How many dials fit a run is a matter of time, and with them which percentiles there are.
    if (workload === 'connect') return [id, 'a figure or none']
    return [id, value === null || COUNTED.test(id) ? value : 'a figure']
  }
  return Object.fromEntries(
    Object.entries(metrics)
      .filter(([id]) => !KERNELS.test(id))
      .map(kept),
  )
}

/** All of a document but what time, the addresses of the day and the engine's own names decide. */
function normalised(document: ResultDocument): unknown {
  const {
    runs,
    summary,
    verdicts,
    config,
    tool,
    clock,
    warnings: _,
    ...rest
  } = JSON.parse(writeResult(document)) as ResultDocument
  return {
    ...rest,
    clock: Object.keys(clock),
    tool: { ...tool, startedAt: '', durationNs: 0 },
    config: { ...config, addresses: Object.keys(config.addresses) },
    runs: runs.map(
      ({
        engine: _engine,
        farEngine: _far,
        capabilities: _all,
        congestion: _kernels,
        hostDrops,
        metrics,
        members,
        ...run
      }) => ({
        ...run,
        hostDrops: hostDrops && Object.keys(hostDrops),
        metrics: withoutTime(run.workload, metrics),
        members: members?.map((each) => withoutTime(run.workload, each)),
      }),
    ),
    summary: summary.map(({ engine: _engine, metrics, members, curve, ...each }) => ({
      ...each,
      curve: curve?.length,
      metrics: withoutTime(each.workload, metrics),
      members: members?.map((member) => withoutTime(each.workload, member)),
    })),
    verdicts: verdicts
      .filter(({ metric }) => !KERNELS.test(metric))
      .map(({ workload, metric, better, a, b, pairs }) => ({
        workload,
        metric,
        better,
        a: a.transport,
        b: b.transport,
        pairs: workload === 'connect' ? 'as many as there are percentiles' : pairs,
      })),
  }
}

// Breaks when an engine measures something that another does not, counts otherwise, or forms its document by itself.
it.skipIf(!isNative)(
  'the same job on node, by system calls and over a simulated link gives the same document, but for what time decides (Linux on x86-64 or ARM64, with koffi)',
  async () => {
    const link = normalised(await simulated())
    const [node, native] = [await overSockets('node'), await overSockets('native')]
    expect(normalised(node)).toEqual(link)
    expect(normalised(native)).toEqual(link)
    const engines = ({ runs }: ResultDocument) =>
      new Set(runs.map(({ engine, farEngine }) => `${engine} ${farEngine}`))
    expect([engines(node), engines(native)]).toEqual([new Set(['node node']), new Set(['native native'])])
    const used = new Map(
      native.runs.map(({ transport, capabilities }) => [transport, Object.keys(capabilities ?? {})]),
    )
    expect(used).toEqual(
      new Map([
        ['tcp', ['MSG_TRUNC', 'TCP_INFO', ...TIMES]],
        ['udp', ['UDP_SEGMENT', 'UDP_GRO', 'SO_RCVBUFFORCE', ...TIMES]],
      ]),
    )
    expect(node.runs.filter(({ capabilities }) => capabilities)).toEqual([])
  },
  60_000,
)
