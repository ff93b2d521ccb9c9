import { expect, it } from 'vitest'
import { parseResult } from '../../src/result/read.ts'
import { BIN } from '../cli/run-netcmp.ts'
import { isNative } from '../native/is-native.ts'
import { Host, needsTwoHosts } from './two-hosts.ts'

/** So little that whoever sends at full rate overruns it. */
const OVERLOAD = ['--workload', 'bulk', '--rate', 'max', '--size', '1472', '--buffer', '64KiB']

// Breaks when a datagram is lost, and by nobody's count, or counted twice.
it.skipIf(!isNative).for(['node', 'native'])(
  'what is sent at full rate on %s is received, or dropped by the kernel’s own count (Linux on x86-64 or ARM64, with koffi)',
  async (engine, context) => {
    needsTwoHosts(context)
    const host = await Host.start('127.0.0.1')
    host.ask('ip', ['link', 'set', 'lo', 'up'])
    const what = ['--proto', 'udp', '--engine', engine, ...OVERLOAD, '--format', 'json']
    const { code, stdout, stderr } = await host
      .start(process.execPath, BIN, ...what, '--blocks', '4', '--duration', '300ms', '--timeout', '5s')
      .exit()
    expect(code, stderr).toBe(0)
    const { runs } = parseResult(stdout, 'stdout')
    const lost = runs.map(({ metrics }) => (metrics.sentCount as number) - (metrics.receivedCount as number))
    expect(Math.min(...lost)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...lost)).toBeGreaterThan(0)
    for (const [n, { metrics, hostDrops }] of runs.entries()) {
      const { here, messagesPerPacket = 1 } = hostDrops ?? {}
      // Of a host of its own every drop is ours: each packet that found no room held as many as one holds.
      expect((here?.receive ?? 0) * messagesPerPacket).toBe(lost[n])
      expect(messagesPerPacket).toBe(engine === 'native' ? 44 : 1)
      if (engine === 'native') expect(here?.socket).toBe(here?.receive)
      const ratio = (lost[n] as number) / (metrics.sentCount as number)
      expect(metrics).toMatchObject({ lossRatio: ratio, hostLossRatio: ratio, pathLossRatio: 0 })
    }
  },
)
