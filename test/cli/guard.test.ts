import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { netcmp, startServe } from './run-netcmp.ts'

const folder = mkdtempSync(join(tmpdir(), 'netcmp-guard-'))
afterAll(() => rmSync(folder, { recursive: true }))

function keyFile(name: string, key: string): string {
  const file = join(folder, name)
  writeFileSync(file, `${key}\n`)
  return file
}

const key = keyFile('key', 'a secret of the class')
const otherKey = keyFile('other', 'a secret of another class')
const SHORT = ['--duration', '20ms', '--blocks', '2', '--timeout', '5s']

describe('netcmp serve --key', () => {
  it('measures every workload over both protocols for who has the key, and counts as exactly', async () => {
    const { port } = await startServe(['--host', '127.0.0.1', '--key', key])
    const args = [`127.0.0.1:${port}`, '--key', key, '--rate', '500', '--size', '100', ...SHORT]
    const { code, stdout, stderr } = await netcmp([...args, '--format', 'json', '--quiet'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { config, runs } = JSON.parse(stdout)
    expect(config.sealed).toBe(true)
    expect(runs).toHaveLength(16)
    for (const { workload, metrics } of runs.filter(
      (run: { workload: string }) => run.workload !== 'connect',
    )) {
      const hearers = workload === 'chat' ? 4 : 1
      expect([workload, metrics.sentCount, metrics.receivedCount]).toEqual([
        workload,
        10 * hearers,
        10 * hearers * hearers,
      ])
    }
  })

  it.each(['tcp', 'udp'])('refuses over %s who has another key or none, in one line', async (proto) => {
    const { server, port } = await startServe(['--host', '127.0.0.1', '--key', key])
    const target = `127.0.0.1:${port}`
    const line = `${proto}: ${target} refused: it wants a key, and yours is another or none (--key FILE)\n`
    for (const given of [['--key', otherKey], []]) {
      expect(await netcmp([target, '--proto', proto, ...given, ...SHORT])).toEqual({
        code: 3,
        stdout: '',
        stderr: line,
      })
    }
    server.signal('SIGINT')
    expect((await server.exit()).stdout).toContain('served 0 sessions and 0 probes')
  })

  it.each([
    [
      ['serve', '--key', join(folder, 'none')],
      `cannot read the key in ${join(folder, 'none')}: no such file`,
    ],
    [['serve', '--key', keyFile('short', 'short')], 'has 5 bytes, it needs 16'],
    [['127.0.0.1', '--key', join(folder, 'none')], 'no such file'],
    [['--key', key], '--key is for a server on a host'],
    [['serve', '--allow', '10.0.0.0/40'], '--allow "10.0.0.0/40" is no network'],
    [['serve', '--max-sessions', '0'], '--max-sessions has to be over 0'],
    [['serve', '--max-bytes', '0'], '--max-bytes has to be over 0'],
    [['serve', '--max-rate', 'max'], '--max-rate takes a number, not max'],
    [['serve', '--idle-timeout', '0s'], '"0s" is not a duration'],
  ])('%o is wrong usage, in one line', async (args, why) => {
    const { code, stdout, stderr } = await netcmp(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(why)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })
})

describe('netcmp serve --max-rate --max-bytes', () => {
  it.each([
    ['--max-rate', '2000', 'refused: as fast as possible is over its 2000/s (try --rate 2000)'],
    ['--max-bytes', '100KiB', 'ended the session: a session may move 102400 B, and this one has'],
  ])('%s %s keeps bulk out, and measures the rest', async (flag, value, why) => {
    const { port } = await startServe(['--host', '127.0.0.1', flag, value])
    const args = [
      `127.0.0.1:${port}`,
      '--workload',
      'bulk,echo,connect',
      '--format',
      'json',
      '--quiet',
      ...SHORT,
    ]
    const { code, stdout, stderr } = await netcmp(args)
    expect(code).toBe(3)
    expect(stderr).toContain(why)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    const { partial, runs, summary } = JSON.parse(stdout)
    expect(partial).toBe(true)
    const measured = summary.map(
      (each: { transport: string; workload: string }) => `${each.transport} ${each.workload}`,
    )
    expect(measured).toEqual(expect.arrayContaining(['tcp echo', 'udp echo', 'tcp connect', 'udp connect']))
    expect(runs.filter(({ error }: { error: string | null }) => error !== null)).toHaveLength(1)
  })
})

describe('netcmp serve --allow --deny', () => {
  it('does not answer who is not let in, on any port', async () => {
    const { server, port } = await startServe(['--host', '127.0.0.1', '--allow', '10.0.0.0/8'])
    expect(server.stdout).toContain('only this computer can reach it')
    for (const proto of ['tcp', 'udp']) {
      const { code, stdout } = await netcmp([`127.0.0.1:${port}`, '--proto', proto, '--timeout', '300ms'])
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
      const echo = ['echo', `127.0.0.1:${port + 1}`, '--proto', proto, '--timeout', '300ms']
      expect((await netcmp(echo, 'hello\n')).code).toBe(3)
    }
  })
})
