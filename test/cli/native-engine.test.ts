import { describe, expect, it } from 'vitest'
import { parseResult } from '../../src/result/read.ts'
import { isNative } from '../native/is-native.ts'
import { netcmp, startNetcmp, startServe } from './run-netcmp.ts'

const SHORT = ['--duration', '100ms', '--blocks', '2', '--timeout', '5s']

describe.skipIf(!isNative)('the native engine (Linux on x86-64 or ARM64, with koffi)', () => {
  it('prints a clean table, of all workloads both ways', async () => {
    const { code, stdout, stderr } = await netcmp(['--engine', 'native', '--direction', 'both', ...SHORT])
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('engine native')
    expect(stdout).not.toMatch(/NaN|undefined|Infinity/)
    for (const title of ['ORDERING', 'LOSS', 'LATENCY', 'CONNECTION COST', 'THROUGHPUT']) {
      expect(stdout).toContain(title)
    }
  })

  it.each([
    ['node', 'native'],
    ['native', 'node'],
    ['native', 'native'],
  ])('counts every message between a server on %s and a client on %s', async (far, near) => {
    const { server, port } = await startServe(['--engine', far])
    const what = ['--workload', 'echo,chat,bulk', '--rate', '500', '--size', '1000', '--format', 'json']
    const { code, stdout, stderr } = await netcmp([`127.0.0.1:${port}`, '--engine', near, ...what, ...SHORT])
    expect(code, stderr).toBe(0)
    const { runs } = parseResult(stdout, 'stdout')
    expect(runs).toHaveLength(12)
    for (const { engine, error, workload, metrics } of runs) {
      expect({ engine, error }).toEqual({ engine: near, error: null })
      const members = workload === 'chat' ? 4 : 1
      const sentCount = 50 * members
      expect(metrics).toMatchObject({ sentCount, receivedCount: sentCount * members, lossRatio: 0 })
    }
    server.signal('SIGINT')
    expect(await server.exit()).toMatchObject({ code: 0, stderr: '' })
  })

  it('ends at Ctrl-C, with what it has', async () => {
    const client = startNetcmp([
      '--engine',
      'native',
      '--workload',
      'echo',
      '--blocks',
      '500',
      '--format',
      'json',
      '--interval',
      '1ms',
    ])
    await client.prints(/echo/, 'stderr')
    client.signal('SIGINT')
    const { code, stdout } = await client.exit()
    expect(code).toBe(130)
    expect(parseResult(stdout, 'stdout').partial).toBe(true)
  })

  it('tells of a server that is killed, over both protocols', async () => {
    for (const proto of ['tcp', 'udp']) {
      const { server, port } = await startServe(['--engine', 'native'])
      const what = ['--proto', proto, '--workload', 'echo', '--blocks', '500', '--interval', '1ms']
      const client = startNetcmp([`127.0.0.1:${port}`, '--engine', 'native', '--format', 'json', ...what])
      await client.prints(/echo/, 'stderr')
      server.signal('SIGKILL')
      const { code, stdout } = await client.exit()
      expect(code).toBe(3)
      expect(parseResult(stdout, 'stdout').partial).toBe(true)
    }
  })

  it('serves plain echo and chat too', async () => {
    const { port } = await startServe(['--engine', 'native'])
    for (const proto of ['tcp', 'udp']) {
      const { code, stdout } = await netcmp(['echo', `127.0.0.1:${port + 1}`, '--proto', proto], 'one\ntwo\n')
      expect(code).toBe(0)
      expect(stdout).toMatch(/one[\s\S]*two/)
    }
  })
})
