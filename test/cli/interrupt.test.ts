import { describe, expect, it } from 'vitest'
import { parseResult } from '../../src/result/read.ts'
import { type Relay, tcpRelay, udpRelay } from './relay.ts'
import { netcmp, type Outcome, type Running, type Served, startNetcmp, startServe } from './run-netcmp.ts'

/** 200 blocks of 20 ms: with a dozen of them behind it, far from its end. */
const LONG = ['--workload', 'echo', '--duration', '20ms', '--blocks', '200']
const A_DOZEN_BLOCKS_BYTES = 80_000

const SAID = 'netcmp: interrupted: finishing what is under way (again: stop at once)\n'

interface Midway extends Served {
  readonly client: Running
  readonly relay: Relay
}

/** A client in the midst of a comparison over one transport. */
async function midway(proto: string, ...args: string[]): Promise<Midway> {
  const served = await startServe(['--host', '127.0.0.1'])
  const relay = await (proto === 'tcp' ? tcpRelay : udpRelay)(served.port)
  const client = startNetcmp([`127.0.0.1:${relay.port}`, '--proto', proto, ...LONG, ...args])
  await relay.passed(A_DOZEN_BLOCKS_BYTES)
  return { ...served, client, relay }
}

function expectPartialTable(stdout: string): void {
  expect(stdout).toMatch(/^PARTIAL: the comparison was cut short/m)
  expect(stdout).toMatch(/^ +\d+ of 200 blocks|[( ]\d+ of 200 blocks/m)
  expect(stdout).toMatch(/^ {2}median +[\d.]+ (us|ms)/m)
  expect(stdout).not.toMatch(/NaN|undefined|Infinity/)
}

function expectPartialDocument({ stdout }: Outcome): void {
  const document = parseResult(stdout, 'stdout')
  expect(document.partial).toBe(true)
  expect(document.runs.length).toBeGreaterThan(2)
  expect(document.runs.length).toBeLessThan(200)
  expect(document.summary[0]?.metrics.rttP50Ns).toBeGreaterThan(0)
}

describe('an interrupted comparison reports what it has, marked partial', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('on %s, with exit code 130', async (signal) => {
    const { client } = await midway('tcp')
    client.signal(signal)
    const { code, stdout, stderr } = await client.exit()
    expect({ code, stderr }).toEqual({ code: 130, stderr: SAID })
    expectPartialTable(stdout)
  })

  it('as json too', async () => {
    const { client } = await midway('udp', '--format', 'json', '--quiet')
    client.signal('SIGINT')
    const outcome = await client.exit()
    expect(outcome).toMatchObject({ code: 130, stderr: SAID })
    expectPartialDocument(outcome)
  })

  it('and stops at once when told again, where it would wait for what never comes', async () => {
    const { client, relay } = await midway('udp', '--timeout', '60s')
    relay.stall()
    client.signal('SIGINT')
    await client.prints(/stop at once\)\n/, 'stderr')
    // A signal that follows the first within milliseconds is taken for the same one.
    const again = setInterval(() => client.signal('SIGINT'), 20)
    const ended = await client.exit().finally(() => clearInterval(again))
    expect(ended).toEqual({ code: 130, stdout: '', stderr: SAID })
  })

  // Breaks when one that is told once waits for all that is under way: that would be a minute here.
  it('and waits no longer than a moment for what never comes; the run that this cuts short is left out', async () => {
    const { client, relay } = await midway('udp', '--timeout', '60s', '--format', 'json', '--quiet')
    relay.stall()
    client.signal('SIGINT')
    const outcome = await client.exit()
    expect(outcome).toMatchObject({ code: 130, stderr: SAID })
    expectPartialDocument(outcome)
    expect(parseResult(outcome.stdout, 'stdout').runs.filter(({ error }) => error !== null)).toEqual([])
  })

  it('takes two signals in one moment, as `timeout` sends them, for one', async () => {
    const { client } = await midway('udp')
    client.signal('SIGINT')
    client.signal('SIGINT')
    const { code, stdout } = await client.exit()
    expect(code).toBe(130)
    expectPartialTable(stdout)
  })
})

describe('a comparison whose server is killed reports what it has, and why it ended', () => {
  it('over TCP', async () => {
    const { client, server, relay } = await midway('tcp')
    server.signal('SIGKILL')
    const { code, stdout, stderr } = await client.exit()
    expect(code).toBe(3)
    expect(stderr).toMatch(new RegExp(`^tcp: .*127\\.0\\.0\\.1:${relay.port}.*\\n$`))
    expectPartialTable(stdout)
  })

  it('over UDP, where nobody says so', async () => {
    const { client, server, relay } = await midway('udp', '--timeout', '300ms')
    server.signal('SIGKILL')
    const { code, stdout, stderr } = await client.exit()
    expect(code).toBe(3)
    // While it was asked what it had counted, or for the next session.
    expect(stderr).toMatch(new RegExp(`^udp: .*127\\.0\\.0\\.1:${relay.port} .*300 ms.*\\n$`))
    expectPartialTable(stdout)
  })

  it('as json too', async () => {
    const { client, server } = await midway('tcp', '--format', 'json', '--quiet')
    server.signal('SIGKILL')
    const outcome = await client.exit()
    expect(outcome.code).toBe(3)
    expectPartialDocument(outcome)
  })
})

describe('a server that is told to end', () => {
  it.each(['tcp', 'udp'])('tells its client over %s, in the midst of a run', async (proto) => {
    const { client, server } = await midway(
      proto,
      '--duration',
      '20s',
      '--blocks',
      '1',
      '--format',
      'json',
      '--quiet',
    )
    server.signal('SIGINT')
    expect((await server.exit()).code).toBe(0)
    const { code, stdout, stderr } = await client.exit()
    expect(code).toBe(3)
    expect(stderr).toMatch(new RegExp(`^${proto}: .* ended the session: the server is stopping\\n$`))
    const { partial, runs } = parseResult(stdout, 'stdout')
    expect(partial).toBe(true)
    // The one run, cut short, and accounted for to the last message.
    expect(runs).toHaveLength(1)
    const { sentCount, receivedCount, lossRatio } = runs[0]?.metrics ?? {}
    expect({ receivedCount, lossRatio }).toEqual({ receivedCount: sentCount, lossRatio: 0 })
  })
})

describe('a reader that has read enough', () => {
  it.each([
    ['a comparison', ['--workload', 'echo', '--duration', '20ms', '--blocks', '2', '--format', 'csv']],
    ['a list', ['list', 'metrics']],
    ['help', ['--help']],
  ])('ends %s without a word', async (_, args) => {
    const command = startNetcmp(args)
    command.child.stdout?.destroy()
    expect(await command.exit()).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('ends serve only when it is told to', async () => {
    const { server, port } = await startServe(['--host', '127.0.0.1'])
    server.child.stdout?.destroy()
    const args = [`127.0.0.1:${port}`, '--workload', 'echo', '--duration', '20ms', '--blocks', '2']
    expect(await netcmp(args)).toMatchObject({ code: 0, stderr: '' })
    server.signal('SIGINT')
    expect(await server.exit()).toMatchObject({ code: 0, stderr: '' })
  })
})
