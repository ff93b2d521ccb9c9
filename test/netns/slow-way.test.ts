import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import type { Metrics } from '../../src/result/schema.ts'
import { needsTwoHosts, twoHosts } from './two-hosts.ts'

const CLIENT = fileURLToPath(new URL('stamping-client.mjs', import.meta.url))

/** A histogram may be off by so much of a value. */
const COUNTED_WITHIN = 0.0005

interface Stamp {
  readonly forwardNs: number
  readonly reverseNs: number
}

interface Measured {
  readonly metrics: Metrics
  readonly stamps: readonly Stamp[]
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? Number.NaN
}

// Both namespaces read one clock, which the measuring side does not know: the four times say what each way really took.
// Breaks when the queue of one way is charged to the other, or the printed bound is too small.
it.for([
  { slowWay: 'forward', fastWay: 'reverse' },
  { slowWay: 'reverse', fastWay: 'forward' },
] as const)(
  'a queue on the $slowWay way is told from the other within the printed bound',
  async ({ slowWay, fastWay }, context) => {
    needsTwoHosts(context)
    const { near, far, target } = await twoHosts()
    const slowed = slowWay === 'forward' ? near : far
    // Half of what 1000 messages of 1000 B a second need, and room for all of them.
    slowed.slow('4mbit', 1_000_000)
    const { code, stdout, stderr } = await near.start(process.execPath, CLIENT, target).exit()
    expect(code, stderr).toBe(0)
    const measured = JSON.parse(stdout) as Record<'tcp' | 'udp', Measured>
    for (const { metrics, stamps } of [measured.tcp, measured.udp]) {
      const boundNs = metrics.clockErrorNs ?? Number.NaN
      expect(stamps).toHaveLength(200)
      const reported = { forward: metrics.forwardDelayP50Ns, reverse: metrics.reverseDelayP50Ns }
      for (const way of ['forward', 'reverse'] as const) {
        const truth = median(stamps.map((stamp) => stamp[`${way}Ns`]))
        const delay = reported[way] ?? Number.NaN
        expect(Math.abs(delay - truth)).toBeLessThanOrEqual(boundNs + COUNTED_WITHIN * delay)
      }
      expect((reported[slowWay] ?? Number.NaN) - boundNs).toBeGreaterThan((reported[fastWay] ?? 0) + boundNs)
    }
  },
)
