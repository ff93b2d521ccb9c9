import { describe, expect, it } from 'vitest'
import { parseResult } from '../../src/result/read.ts'
import type { ResultDocument } from '../../src/result/schema.ts'
import { netcmp, startServe } from './run-netcmp.ts'
import { needsIpv6 } from './tools.ts'

/** 50 messages in each of 3 blocks, given all the time they need. */
const COUNTED = ['--rate', '500', '--duration', '100ms', '--blocks', '3', '--timeout', '10s', '--format', 'json']

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

describe('netcmp serve', () => {
  it('says where it listens and who can reach it, and what it served when it is told to end', async () => {
    const { server, port } = await startServe('--host', '127.0.0.1')
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
    const { server } = await startServe('--host', '0.0.0.0')
    expect(server.stdout).toContain('whoever can reach this computer can use it')
    server.signal('SIGTERM')
    expect((await server.exit()).code).toBe(0)
  })

  it('names the transport, the address and the remedy where the port is taken', async () => {
    const { port } = await startServe('--host', '127.0.0.1')
    const second = await netcmp(['serve', '--host', '127.0.0.1', '--port', String(port)])
    expect(second).toEqual({
      code: 3,
      stdout: '',
      stderr: `tcp: cannot bind 127.0.0.1:${port}: address in use (try --port 0)\n`,
    })
  })

  it.each(['127.0.0.1', '[::1]', 'localhost'])('is measured over %s, and counts every message', async (host) => {
    const context = arguments
    void context
    const { port } = await startServe()
    const document = await measured(`${host}:${port}`, '--workload', 'echo')
    expect(document.config.target).toBe(`${host}:${port}`)
    for (const transport of ['tcp', 'udp']) {
      expect(countsOf(document, transport)).toEqual(
        Array.from({ length: 3 }, () => ({ workload: 'echo', sent: 50, received: 50 })),
      )
    }
  })
})
