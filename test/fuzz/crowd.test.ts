import { expect, it } from 'vitest'
import type { MetricValues } from '../../src/measure/metrics.ts'
import { parseResult } from '../../src/result/read.ts'
import { startNetcmp, startServe } from '../cli/run-netcmp.ts'
import { mostResidentBytes } from './resident-bytes.ts'

const CLIENTS = 20
const STREAMS = 100
const SENT = 10 * 20 * STREAMS
const MOST_BYTES = 300 * 1024 * 1024

const WORK = ['--workload', 'echo', '--streams', String(STREAMS), '--rate', '10', '--duration', '20s']
const ONCE = ['--blocks', '1', '--timeout', '10s', '--format', 'json']

function shareOf(ratio: number | null | undefined, of: number): number {
  return Math.round((ratio ?? Number.NaN) * of)
}

it('2,000 sessions at once, of TCP and UDP from 20 processes: none is lost, and every count is right', {
  timeout: 240_000,
}, async () => {
  const { server, port } = await startServe(['--host', '127.0.0.1'])
  const clients = Array.from({ length: CLIENTS }, (_, each) => {
    const proto = each % 2 ? 'udp' : 'tcp'
    return startNetcmp([`127.0.0.1:${port}`, '--proto', proto, ...WORK, ...ONCE])
  })
  const runs = await Promise.all(
    clients.map(async (client) => {
      const { code, stdout, stderr } = await client.exit(200_000)
      expect(code, stderr).toBe(0)
      const [run] = parseResult(stdout, 'a client').runs
      return run as { transport: string; error: unknown; metrics: MetricValues }
    }),
  )
  let reachedServer = 0
  for (const { transport, error, metrics } of runs) {
    expect(error).toBeNull()
    const { sentCount, receivedCount, lateCount } = metrics
    const lost = shareOf(metrics.lossRatio, SENT)
    expect({ sentCount, accounted: (receivedCount ?? 0) + lost }).toEqual({
      sentCount: SENT,
      accounted: SENT,
    })
    if (transport === 'tcp') expect({ lost, lateCount }).toEqual({ lost: 0, lateCount: 0 })
    reachedServer += SENT - shareOf(metrics.forwardLossRatio, SENT)
  }
  const most = mostResidentBytes(server.pid)
  if (most !== undefined) expect(most).toBeLessThan(MOST_BYTES)
  server.signal('SIGINT')
  const { stdout } = await server.exit()
  const [, sessions, probes] = /served (\d+) sessions and (\d+) probes[;,]/.exec(stdout) ?? [undefined]
  expect(Number(sessions)).toBeGreaterThanOrEqual(CLIENTS * STREAMS)
  // What the server says that it received is what its clients say that reached it.
  expect(Number(probes)).toBe(reachedServer)
})
