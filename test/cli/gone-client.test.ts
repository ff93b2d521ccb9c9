import { expect, it, vi } from 'vitest'
import { parseResult } from '../../src/result/read.ts'
import { netcmp, startNetcmp, startServe } from './run-netcmp.ts'

/** Well under the minute after which a server forgets by default, however busy this computer is. */
const WITHIN = { timeout: 25_000, interval: 20 }

/** Whether the server has a session left for this host: asks for a run that is refused either way, and takes none. */
async function room(target: string, proto: string): Promise<string> {
  const { code, stderr } = await netcmp([target, '--proto', proto, '--duration', '60s', '--timeout', '20s'])
  const why = /refused: (one host may have 1 sessions|a run of 60000 ms is over its 30000ms)/.exec(stderr)
  expect({ code, why }, stderr).toMatchObject({ code: 3, why: {} })
  return why?.[1] === 'one host may have 1 sessions' ? 'none' : 'one'
}

// Over UDP nobody tells the server; over TCP the system does where the process ended, and nobody where it stands still.
it.each([
  ['udp', 'killed', 'SIGKILL'],
  ['tcp', 'killed', 'SIGKILL'],
  ['tcp', 'stopped', 'SIGSTOP'],
] as const)(
  'a client over %s that is %s midway is forgotten, and another has its place',
  async (proto, _, signal) => {
    const limits = ['--idle-timeout', '1s', '--max-sessions', '2', '--max-duration', '30s']
    const { server, port } = await startServe(['--host', '127.0.0.1', ...limits])
    const target = `127.0.0.1:${port}`
    const echo = ['--proto', proto, '--blocks', '1', '--timeout', '20s']
    const args = [target, ...echo, '--workload', 'connect,echo', '--duration', '30s', '--json-stream']
    const client = startNetcmp(args)
    // After `connect`, which needs no session, it opens the one of its echo run.
    await client.prints(/"workload":"connect"/)
    await vi.waitFor(async () => expect(await room(target, proto)).toBe('none'), WITHIN)

    client.signal(signal)
    await vi.waitFor(async () => expect(await room(target, proto)).toBe('one'), WITHIN)

    const next = await netcmp([
      target,
      ...echo,
      '--workload',
      'echo',
      '--duration',
      '100ms',
      '--format',
      'json',
    ])
    expect(next.code, next.stderr).toBe(0)
    expect(parseResult(next.stdout, 'stdout').runs[0]?.metrics).toMatchObject({
      sentCount: 100,
      receivedCount: 100,
    })
    server.signal('SIGINT')
    const { code, stdout, stderr } = await server.exit()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    // Of each of the two: one to reach it, and one to measure.
    expect(stdout).toContain('served 4 sessions')
  },
)
