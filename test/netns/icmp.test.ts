import { spawnSync } from 'node:child_process'
import { expect, it, type TestContext } from 'vitest'
import { parseResult } from '../../src/result/read.ts'
import { BIN } from '../cli/run-netcmp.ts'
import { type Host, needsIpv6Hosts, needsTwoHosts, twoHosts } from './two-hosts.ts'

const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
/** 200 messages. */
const PACE = [
  '--rate',
  '800',
  '--duration',
  '250ms',
  '--blocks',
  '1',
  '--timeout',
  '2s',
  '--workload',
  'echo',
]

/** Says why nobody but root can run the command here, and skips the test. */
function needsNobody({ skip }: TestContext): void {
  const [file = '', ...args] = [...NOBODY, process.execPath, BIN, '--version']
  const { status, error, stderr } = spawnSync(file, args, { encoding: 'utf8' })
  skip(status !== 0, `needs setpriv, and files that nobody may read: ${error?.message ?? stderr.trim()}`)
}

/** Who may open ping sockets there; by default nobody may. */
function allowPings(host: Host, range: string): void {
  host.ask('sysctl', ['-qw', `net.ipv4.ping_group_range=${range}`])
}

// Break when a reply is counted twice, another's is counted, or what one kind of socket hands over is read as the other's.
it.for([
  { who: 'root, by a raw socket', as: [], groups: '1 0', family: 4, outEvery: 2, backEvery: 0 },
  { who: 'root, by a raw socket', as: [], groups: '1 0', family: 4, outEvery: 5, backEvery: 3 },
  { who: 'root, by a raw socket', as: [], groups: '1 0', family: 6, outEvery: 4, backEvery: 3 },
  { who: 'nobody, by a ping socket', as: NOBODY, groups: '0 65534', family: 4, outEvery: 3, backEvery: 7 },
  { who: 'nobody, by a ping socket', as: NOBODY, groups: '0 65534', family: 6, outEvery: 0, backEvery: 5 },
] as const)(
  'icmp echo over IPv$family for $who, one in $outEvery lost going out and one in $backEvery coming back (0: none), is told to the packet',
  async ({ as, groups, family, outEvery, backEvery }, context) => {
    needsTwoHosts(context)
    if (family === 6) needsIpv6Hosts(context)
    if (as.length > 0) needsNobody(context)
    const { near, far } = await twoHosts([], family)
    allowPings(near, groups)
    if (outEvery > 0) far.dropEvery(outEvery)
    if (backEvery > 0) near.dropEvery(backEvery)
    const [file = '', ...args] = [...as, process.execPath, BIN, far.address, '--proto', 'icmp', ...PACE]
    const { code, stdout, stderr } = await near.start(file, ...args, '--format', 'json').exit()
    expect(code, stderr).toBe(0)
    const { runs, config } = parseResult(stdout, 'stdout')
    const [out, back] = [far.toll('icmp'), near.toll('icmp')]
    const answeredCount = 200 - out.droppedCount
    expect(out).toEqual({
      seenCount: outEvery > 0 ? 200 : 0,
      droppedCount: outEvery > 0 ? Math.floor(200 / outEvery) : 0,
    })
    expect(back.seenCount).toBe(backEvery > 0 ? answeredCount : 0)
    expect(runs[0]?.metrics).toMatchObject({
      sentCount: 200,
      receivedCount: answeredCount - back.droppedCount,
      lossRatio: (out.droppedCount + back.droppedCount) / 200,
      duplicateRatio: 0,
      reorderedRatio: 0,
      forwardLossRatio: null,
      reverseLossRatio: null,
      forwardDelayP50Ns: null,
      clockErrorNs: null,
      hostLossRatio: null,
      pathLossRatio: null,
    })
    expect(config.answeredByHost).toEqual(['icmp'])
  },
)

it('icmp and udp are compared, each of 200 messages, with the class and the hops asked for', async (context) => {
  needsTwoHosts(context)
  const { near, far, target } = await twoHosts()
  const marked = 'ip dscp ef ip ttl 9'
  const rules = [
    `icmp type echo-request ${marked} counter name marked accept`,
    'icmp type echo-request counter name other',
  ]
  const chain = `chain in { type filter hook prerouting priority raw\n${rules.join('\n')}\n}`
  far.ask('nft', ['-f', '-'], `table ip marks {\n counter marked {}\n counter other {}\n ${chain}\n}\n`)
  const what = [target, '--proto', 'icmp,udp', '--dscp', 'EF', '--ttl', '9', ...PACE, '--format', 'json']
  const { code, stdout, stderr } = await near.start(process.execPath, BIN, ...what).exit()
  expect(code, stderr).toBe(0)
  const { runs } = parseResult(stdout, 'stdout')
  expect(runs.map(({ transport, metrics }) => [transport, metrics.receivedCount]).sort()).toEqual([
    ['icmp', 200],
    ['udp', 200],
  ])
  const counted = far.ask('nft', ['list', 'counters'])
  // And whether anybody is there is asked before.
  expect(Number(/counter marked \{\s+packets (\d+) /.exec(counted)?.[1])).toBeGreaterThan(200)
  expect(counted).toMatch(/counter other \{\s+packets 0 /)
})

it('a host that answers nothing is a timeout in one line', async (context) => {
  needsTwoHosts(context)
  const { near, far } = await twoHosts()
  far.vanish()
  const what = [far.address, '--proto', 'icmp', '--timeout', '300ms', ...PACE.slice(-2)]
  const { code, stdout, stderr } = await near.start(process.execPath, BIN, ...what).exit()
  const line = `icmp: ${far.address} answered nothing within 300 ms: it is not there, or the way drops icmp\n`
  expect({ code, stdout, stderr }).toEqual({ code: 3, stdout: '', stderr: line })
})

it('a host that falls silent midway is a loss, and the run ends in time', async (context) => {
  needsTwoHosts(context)
  const { near, far } = await twoHosts()
  const pace = ['--rate', '200', '--duration', '500ms', '--timeout', '1s', '--blocks', '3']
  const what = [far.address, '--proto', 'icmp', ...pace, '--workload', 'echo', '--json-stream']
  const client = near.start(process.execPath, BIN, ...what)
  await client.prints(/"block":0/)
  far.vanish()
  const { code, stdout } = await client.exit()
  expect(code).toBe(0)
  const { runs } = parseResult(stdout.trim().split('\n').at(-1) ?? '', 'stdout')
  expect(runs[0]?.metrics).toMatchObject({ sentCount: 100, receivedCount: 100 })
  expect(runs[2]?.metrics).toMatchObject({ sentCount: 100, receivedCount: 0, lossRatio: 1, rttP50Ns: null })
})

it('who may not send ICMP messages is told how to', async (context) => {
  needsTwoHosts(context)
  needsNobody(context)
  const { near, far } = await twoHosts()
  allowPings(near, '1 0')
  const [file = '', ...args] = [...NOBODY, process.execPath, BIN, far.address, '--proto', 'icmp']
  const { code, stdout, stderr } = await near.start(file, ...args).exit()
  const line =
    "icmp: this computer cannot run it: this user may not send ICMP messages (sysctl -w net.ipv4.ping_group_range='0 2147483647', or run it as root)\n"
  expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: line })
})
