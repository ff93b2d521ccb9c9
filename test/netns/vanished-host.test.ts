import { expect, it } from 'vitest'
import { parseResult } from '../../src/result/read.ts'
import { BIN, type Running } from '../cli/run-netcmp.ts'
import { type Host, needsTwoHosts, twoHosts } from './two-hosts.ts'

/** A run that outlasts the patience of the test. */
const LONG = ['--duration', '10m', '--blocks', '1', '--format', 'json', '--quiet']
const TIMEOUT = ['--timeout', '500ms']

/** Only counts them. */
const NEVER = 1_000_000_000

/** `connect` makes 200 of them: beyond, the workload after it is under way. */
const UNDER_WAY = 400

async function underWay(client: Running, far: Host, protocol: 'udp' | 'tcp'): Promise<void> {
  while (far.toll(protocol).seenCount < UNDER_WAY && !client.isOver) await new Promise(setImmediate)
}

// Breaks when a run goes on against a host that is gone, or what was measured before is lost with it.
it.for([
  { proto: 'udp', workload: 'echo' },
  { proto: 'udp', workload: 'bulk' },
  { proto: 'udp', workload: 'chat' },
  { proto: 'tcp', workload: 'echo' },
  { proto: 'tcp', workload: 'bulk' },
] as const)(
  '$proto $workload ends soon after the far host is gone without a word, and what was measured is kept',
  async ({ proto, workload }, context) => {
    needsTwoHosts(context)
    const { near, far, target } = await twoHosts()
    far.dropEvery(NEVER)
    const what = ['--proto', proto, '--workload', `connect,${workload}`, '--size', '64']
    const client = near.start(process.execPath, BIN, target, ...what, ...LONG, ...TIMEOUT)
    await underWay(client, far, proto)
    far.vanish()
    const { code, stdout, stderr } = await client.exit()
    const line = `${proto}: ${target} stopped answering (500 ms): it is gone, or too busy (lower --rate)`
    expect({ code, stderr }).toEqual({ code: 3, stderr: `${line}\n` })
    const { partial, runs } = parseResult(stdout, 'stdout')
    expect(partial).toBe(true)
    expect(runs).toMatchObject([
      { workload: 'connect', metrics: { sentCount: 200 }, error: null },
      { workload, error: line },
    ])
  },
)

// Breaks when the questions are lost among our own messages, and a path that loses nearly all of them looks cut.
it('udp bulk over a path that takes one message in a thousand runs to its end', async (context) => {
  needsTwoHosts(context)
  const { near, far, target } = await twoHosts()
  far.police(100)
  const what = ['--proto', 'udp', '--workload', 'bulk', '--size', '64', '--format', 'json', '--quiet']
  const pace = ['--duration', '5s', '--blocks', '1', ...TIMEOUT]
  const { code, stdout, stderr } = await near.start(process.execPath, BIN, target, ...what, ...pace).exit()
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { lossRatio } = parseResult(stdout, 'stdout').runs[0]?.metrics ?? {}
  expect(lossRatio).toBeGreaterThan(0.9)
})
