import { describe, expect, it } from 'vitest'
import { icmp } from '../../src/icmp/index.ts'
import { parseResult } from '../../src/result/read.ts'
import { netcmp, startServe } from './run-netcmp.ts'

const unavailable = icmp.unavailable()
const SHORT = ['--duration', '50ms', '--blocks', '2', '--timeout', '5s']

describe.skipIf(unavailable)(`icmp${unavailable ? ` (${unavailable})` : ''}`, () => {
  it('beside another leaves out what the host cannot do, says so once, and has clear cells', async () => {
    const { code, stdout, stderr } = await netcmp(['--proto', 'udp,icmp', ...SHORT])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.match(/only the far host answers/g)).toHaveLength(1)
    expect(stdout).toMatch(/connect, bulk\s+and chat\s+were left out/)
    expect(stdout).toMatch(/to the server +[\d.]+ [mu]s +- /)
    expect(stdout).toMatch(/\(ICMP\): the far host\s+returns messages, and tells no more/)
    expect(stdout).not.toMatch(/NaN|undefined|Infinity|\bnull\b/)
  })

  it('alone needs no server, neither here nor at a host', async () => {
    for (const [target, name] of [
      [[], 'this host'],
      [['localhost'], 'localhost'],
    ] as const) {
      const { code, stdout } = await netcmp([
        ...target,
        '--proto',
        'icmp',
        '-4',
        ...SHORT,
        '--format',
        'json',
      ])
      expect(code).toBe(0)
      const { config, runs, warnings } = parseResult(stdout, 'stdout')
      expect(config).toMatchObject({ target: name, addresses: { icmp: '127.0.0.1:0' }, workloads: ['echo'] })
      expect(runs.map(({ metrics }) => metrics.receivedCount)).toEqual([50, 50])
      expect(warnings.filter((each) => each.code === 'left-out')).toHaveLength(1)
    }
  })

  it('has messages of a byte, too', async () => {
    const { stdout } = await netcmp(['--proto', 'icmp', '--size', '1', ...SHORT, '--format', 'json'])
    const { runs } = parseResult(stdout, 'stdout')
    expect(runs.map(({ metrics }) => metrics.receivedCount)).toEqual([50, 50])
  })

  it('tells the network from this computer, and with what', async () => {
    const { stdout } = await netcmp(['--proto', 'icmp', ...SHORT, '--format', 'json'])
    for (const { metrics, capabilities } of parseResult(stdout, 'stdout').runs) {
      expect(capabilities).toHaveProperty('timestamps (send)')
      if (capabilities?.['timestamps (send)'] !== true) continue
      expect(metrics.wireRttMinNs).toBeGreaterThan(0)
      expect(metrics.wireRttP50Ns).toBeLessThanOrEqual(metrics.rttP50Ns as number)
    }
  })

  // Breaks when more is sent in a turn than is taken in: every answer is there, and half of them found no room.
  it('loses no more by its own doing than its socket says, however fast it is to send', async () => {
    const fast = [
      '--rate',
      '200000',
      '--size',
      '1472',
      '--duration',
      '100ms',
      '--blocks',
      '2',
      '--timeout',
      '5s',
    ]
    const { stdout } = await netcmp(['--proto', 'icmp', ...fast, '--format', 'json'])
    for (const { metrics, hostDrops } of parseResult(stdout, 'stdout').runs) {
      const { sentCount = 0, receivedCount = 0, lateCount = 0 } = metrics as Record<string, number>
      expect(sentCount).toBe(20_000)
      expect(sentCount - receivedCount - lateCount).toBe(hostDrops?.here?.socket)
      expect(receivedCount).toBeGreaterThan(15_000)
    }
  })

  it.each([
    [
      ['--workload', 'echo,bulk'],
      'icmp: only the far host answers, and only echo (leave out bulk, or icmp)\n',
    ],
    [['--as', 'ada', '127.0.0.1'], 'netcmp: --as is for a netcmp server, and --proto names no way to one\n'],
  ])('refuses %j in one line', async (args, line) => {
    const { code, stdout, stderr } = await netcmp(['--proto', 'icmp', ...args])
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: line })
  })

  it('answers a line, and has no chat', async () => {
    const echo = await netcmp(['echo', '127.0.0.1:0', '--proto', 'icmp'], 'hello\n')
    expect(echo.code).toBe(0)
    expect(echo.stdout).toMatch(/s {2}hello\n$/)
    const chat = await netcmp(['chat', '127.0.0.1:0', '--proto', 'icmp'])
    expect(chat).toMatchObject({
      code: 2,
      stderr: 'icmp: there is no chat: only the far host’s own system answers\n',
    })
  })
})

it('a server lists only what it serves', async () => {
  const { server } = await startServe()
  expect(server.stdout).toContain('tcp and udp\n')
  expect(server.stdout).not.toContain('icmp')
})
