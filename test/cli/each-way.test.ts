import { expect, it } from 'vitest'
import { parseResult } from '../../src/result/read.ts'
import { netcmp, startServe } from './run-netcmp.ts'
import { type Fates, unfairRelay, Way } from './unfair-relay.ts'

// Breaks when a way is charged with what the other one did, or counts are taken while copies are still under way.
const fair: Fates = () => 'passed'
const unfair: Fates = (n) => {
  if (n % 10 === 3) return 'lost'
  if (n % 10 === 5) return 'doubled'
  return n % 20 === 7 ? 'swapped' : 'passed'
}

const rateArgs = ['--rate', '200', '--duration', '250ms', '--blocks', '1', '--timeout', '2s']

it.each([
  ['the way out', unfair, fair],
  ['the way back', fair, unfair],
  ['both ways', unfair, unfair],
] as const)('over a relay that is unfair on %s, each way is counted to the packet', async (_, out, back) => {
  const forward = new Way(out)
  const reverse = new Way(back)
  const { port } = await startServe(['--host', '127.0.0.1'])
  const relay = await unfairRelay(port, forward, reverse)
  const args = [`127.0.0.1:${relay}`, '--proto', 'udp', '--workload', 'echo', ...rateArgs, '--format', 'json']
  const { code, stdout } = await netcmp(args)
  expect(code).toBe(0)
  const metrics = parseResult(stdout, 'stdout').runs[0]?.metrics
  const sentCount = metrics?.sentCount ?? 0
  const answeredCount = sentCount - forward.count.lost + forward.count.doubled
  expect(sentCount).toBe(50)
  expect(Object.values(reverse.count).reduce((a, b) => a + b)).toBe(answeredCount)
  const reached = sentCount - forward.count.lost
  const returned = answeredCount - reverse.count.lost
  expect(metrics).toMatchObject({
    forwardLossRatio: forward.count.lost / sentCount,
    forwardDuplicateRatio: forward.count.doubled / reached,
    forwardReorderedRatio: forward.count.swapped / reached,
    reverseLossRatio: reverse.count.lost / answeredCount,
    reverseDuplicateRatio: reverse.count.doubled / returned,
    reverseReorderedRatio: reverse.count.swapped / returned,
  })
})

it('against a host that was named, one-way delays have a bound, and are not compared', async () => {
  const { port } = await startServe(['--host', '127.0.0.1'])
  const args = ['--workload', 'echo', '--duration', '100ms', '--blocks', '2', '--format', 'json']
  const { stdout } = await netcmp([`127.0.0.1:${port}`, ...args])
  const { summary, verdicts } = parseResult(stdout, 'stdout')
  expect(summary.map(({ transport }) => transport)).toEqual(['tcp', 'udp'])
  for (const { metrics } of summary) {
    const { forwardDelayP50Ns = null, reverseDelayP50Ns = null, clockErrorNs = null } = metrics
    expect(forwardDelayP50Ns).toBeGreaterThanOrEqual(0)
    expect(reverseDelayP50Ns).toBeGreaterThanOrEqual(0)
    // In truth both ends read one clock here; the client cannot know that.
    expect(clockErrorNs).toBeGreaterThan(0)
  }
  expect(verdicts.filter(({ metric }) => /^(forward|reverse)Delay/.test(metric))).toEqual([])
  expect(verdicts.some(({ metric }) => metric === 'rttP50Ns')).toBe(true)
})
