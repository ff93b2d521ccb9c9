import { describe, expect, it, vi } from 'vitest'
import { parseResult } from '../../src/result/read.ts'
import type { ResultDocument } from '../../src/result/schema.ts'
import { netcmp, startNetcmp, startServe } from './run-netcmp.ts'
import { needsIpv6 } from './tools.ts'

/** 50 messages in each of 3 blocks, given all the time they need. */
const COUNTED = [
  '--rate',
  '500',
  '--duration',
  '100ms',
  '--blocks',
  '3',
  '--timeout',
  '10s',
  '--format',
  'json',
]

async function measured(target: string, ...args: string[]): Promise<ResultDocument> {
  const { code, stdout, stderr } = await netcmp([target, ...COUNTED, '--quiet', ...args])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return parseResult(stdout, 'stdout')
}

function countsOf(document: ResultDocument, transport: string) {
  return document.runs
    .filter((run) => run.transport === transport)
    .map(({ workload, metrics }) => ({ workload, sent: metrics.sentCount, received: metrics.receivedCount }))
}

const threeTimes = <T>(value: T): T[] => [value, value, value]

describe('netcmp serve', () => {
  it('says where it listens and who can reach it, and what it served when it is told to end', async () => {
    const { server, port } = await startServe(['--host', '127.0.0.1'])
    const [measurement, echo, chat] = [port, port + 1, port + 2].map((each) => `127.0.0.1:${each}`)
    expect(server.stdout.replace(/\d+\.\d+\.\d+ serves/, 'VERSION serves')).toBe(
      [
        'netcmp VERSION serves; only this computer can reach it (--host 0.0.0.0 lets others in)',
        `  measurement  ${measurement}, tcp and udp`,
        `  plain echo   ${echo}, tcp and udp`,
        `  plain chat   ${chat}, tcp and udp`,
        'Ctrl-C ends it.\n',
      ].join('\n'),
    )
    server.stdout = ''
    server.signal('SIGINT')
    expect(await server.exit()).toEqual({
      code: 0,
      stdout: 'served 0 sessions and 0 probes; dropped 0 frames that were not ours\n',
      stderr: '',
    })
  })

  it('warns whoever opens it to the network', async () => {
    const { server } = await startServe(['--host', '0.0.0.0', '--no-announce'])
    expect(server.stdout).toContain('whoever can reach this computer can use it')
    server.signal('SIGTERM')
    expect((await server.exit()).code).toBe(0)
  })

  it('names the transport, the address and the remedy where the port is taken', async () => {
    const { port } = await startServe(['--host', '127.0.0.1'])
    const second = await netcmp(['serve', '--host', '127.0.0.1', '--port', String(port)])
    expect(second).toEqual({
      code: 3,
      stdout: '',
      stderr: `tcp: cannot bind 127.0.0.1:${port}: address in use (try --port 0)\n`,
    })
  })

  it.for(['127.0.0.1', '[::1]', 'localhost'])('counts every message over %s', async (host, context) => {
    if (host === '[::1]') needsIpv6(context)
    const { port } = await startServe()
    const document = await measured(`${host}:${port}`, '--workload', 'echo')
    expect(document.config.target).toBe(`${host}:${port}`)
    for (const transport of ['tcp', 'udp']) {
      expect(countsOf(document, transport)).toEqual(threeTimes({ workload: 'echo', sent: 50, received: 50 }))
    }
  })

  it('counts for three clients at once what each of them sent', async () => {
    const { server, port } = await startServe()
    const documents = await Promise.all(
      ['tcp', 'udp', 'tcp,udp'].map((proto) =>
        measured(`127.0.0.1:${port}`, '--proto', proto, '--workload', 'echo,chat', '--members', '3'),
      ),
    )
    for (const document of documents) {
      for (const transport of document.config.transports) {
        const counts = countsOf(document, transport)
        const of = (name: string) => counts.filter(({ workload }) => workload === name)
        expect(of('echo')).toEqual(threeTimes({ workload: 'echo', sent: 50, received: 50 }))
        // Each member is heard by all three.
        expect(of('chat')).toEqual(threeTimes({ workload: 'chat', sent: 150, received: 450 }))
      }
    }
    server.stdout = ''
    server.signal('SIGINT')
    // Of each client and transport: one to reach it, and in 3 blocks one to echo and three members.
    expect((await server.exit()).stdout).toMatch(
      /^served 52 sessions and 2400 probes; (kept [^;]*; )?dropped 0 frames that were not ours\n$/,
    )
  })

  it('serves the next client after one was killed', async () => {
    const { port } = await startServe()
    const killed = startNetcmp([
      `127.0.0.1:${port}`,
      '--workload',
      'bulk',
      '--direction',
      'down',
      '--duration',
      '10s',
    ])
    await vi.waitFor(() => expect(killed.child.pid).toBeGreaterThan(0))
    killed.signal('SIGKILL')
    await killed.exit()
    const document = await measured(`127.0.0.1:${port}`, '--workload', 'echo')
    expect(countsOf(document, 'tcp')).toEqual(threeTimes({ workload: 'echo', sent: 50, received: 50 }))
  })
})
