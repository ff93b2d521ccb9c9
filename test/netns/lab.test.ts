import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseResult } from '../../src/result/read.ts'
import { linesOf } from '../cli/run-netcmp.ts'
import { needs } from '../cli/tools.ts'
import { hold, leftOf, treeOf } from './lab-processes.ts'
import { users } from './labs.ts'

const QUICK = ['--blocks', '2', '--duration', '50ms', '--quiet']

describe.each(users)('netcmp lab of $name', (user) => {
  it('runs a program with its streams, and ends as it does', async (context) => {
    user.needsLab(context)
    const lab = user.start(['--', 'sh', '-c', 'read line; echo "$line, $(hostname)"; echo oh >&2; exit 7'])
    lab.say('good morning\n')
    expect(await lab.exit()).toEqual({ code: 7, stdout: 'good morning, client\n', stderr: 'oh\n' })
  })

  it('what is served sees the server’s name; what cannot be is wrong usage', async (context) => {
    user.needsLab(context)
    const named = await user.start(['--serve', 'hostname', '--', 'true']).exit()
    expect(named).toEqual({ code: 0, stdout: '', stderr: 'server\n' })
    const { code, stderr } = await user.start(['--serve', 'no-such-program', '--', 'true']).exit()
    expect({ code, said: linesOf(stderr).at(-1) }).toEqual({
      code: 2,
      said: 'lab: --serve "no-such-program" ended (exit code 127)',
    })
  })

  it('ping finds the server by name, and sees the delay and the very packet that is lost', async (context) => {
    user.needsLab(context)
    needs(context, 'ping')
    const link = ['--delay', '30ms', '--up', 'drop=2']
    const { code, stdout } = await user
      .start([...link, '--', ...'ping -c 4 -i 0.2 -W 1 server'.split(' ')])
      .exit()
    expect(code).toBe(0)
    expect(stdout).toContain('4 packets transmitted, 3 received, 25% packet loss')
    const answers = [...stdout.matchAll(/from server \(10\.9\.0\.2\): icmp_seq=(\d) .*time=([\d.]+) ms/g)]
    expect(answers.map(([, number]) => number)).toEqual(['1', '3', '4'])
    for (const [, , ms] of answers) expect(Number(ms)).toBeGreaterThanOrEqual(60)
  })

  it('iperf3 counts as lost over UDP what the link lost', async (context) => {
    user.needsLab(context)
    needs(context, 'iperf3')
    // In the midst of its datagrams, of which there are 200: before and after them it talks over TCP.
    const link = ['--up', 'drop=51-70', '--serve', 'iperf3 -s']
    const client = 'iperf3 -c server -u -b 1M -l 1250 -t 2 --json'.split(' ')
    const { code, stdout } = await user.start([...link, '--', ...client]).exit()
    expect(code).toBe(0)
    expect(JSON.parse(stdout).end.sum.lost_packets).toBe(20)
  })

  it('iperf3 sees TCP send again what the link lost', async (context) => {
    user.needsLab(context)
    needs(context, 'iperf3')
    const link = ['--up', 'drop=101-110', '--delay', '2ms', '--serve', 'iperf3 -s']
    const client = 'iperf3 -c server -t 1 --json'.split(' ')
    const { code, stdout } = await user.start([...link, '--', ...client]).exit()
    expect(code).toBe(0)
    expect(JSON.parse(stdout).end.sum_sent.retransmits).toBeGreaterThanOrEqual(10)
  })

  it('compares over the link, and the document says which', async (context) => {
    user.needsLab(context)
    const link = ['--delay', '10ms', '--down', 'delay=15ms drop=90001-90003', '--mtu', '1400', '--seed', '5']
    const what = ['--proto', 'tcp,udp', '--workload', 'echo', '--format', 'json']
    const { code, stdout, stderr } = await user.start([...link, ...what, ...QUICK]).exit()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const document = parseResult(stdout, 'stdout')
    expect(document.link).toMatchObject({
      maker: 'relay',
      mtuBytes: 1400,
      seed: 5,
      up: { delayNs: 10e6, drop: [] },
      down: { delayNs: 15e6, drop: [[90_001, 90_003]] },
    })
    expect(document.config).toMatchObject({ target: 'server:7117', timeoutNs: 1.1e9, seed: 5 })
    expect(document.tool.command?.slice(0, 3)).toEqual(['lab', '--delay', '10ms'])
    for (const { metrics } of document.summary) {
      expect(metrics.forwardDelayP50Ns).toBeGreaterThanOrEqual(10e6)
      expect(metrics.reverseDelayP50Ns).toBeGreaterThanOrEqual(15e6)
    }
  })

  // Breaks when packets of 64 KiB, which the kernel would split later, pass a link of 1500.
  it('packets are on the link as they are on a wire, one for each segment and each datagram', async (context) => {
    user.needsLab(context)
    const what = ['--workload', 'bulk', '--blocks', '1', '--duration', '50ms', '--format', 'json', '--quiet']
    const { code, stdout } = await user.start(what).exit()
    expect(code).toBe(0)
    for (const { link, metrics, transport } of parseResult(stdout, 'stdout').runs) {
      const { packetCount = 0, byteCount = 0 } = link?.up ?? {}
      expect(packetCount).toBeGreaterThan(10)
      expect(byteCount / packetCount).toBeLessThanOrEqual(1500)
      if (transport === 'udp' && link?.unseenCount === undefined)
        expect(packetCount).toBeGreaterThanOrEqual(metrics.sentCount ?? 0)
    }
  })

  it('by IPv6, and over ICMP, which needs no right there', async (context) => {
    user.needsLab(context)
    const what = ['-6', '--proto', 'udp,icmp', '--workload', 'echo', '--format', 'json']
    const { code, stdout } = await user.start([...what, ...QUICK]).exit()
    expect(code).toBe(0)
    const { config, summary } = parseResult(stdout, 'stdout')
    expect(config.addresses.udp).toBe('[fd09::2]:7117')
    expect(summary.map(({ transport, metrics }) => [transport, metrics.lossRatio])).toEqual([
      ['udp', 0],
      ['icmp', 0],
    ])
  })

  it('Ctrl-C ends a comparison in order, and leaves nothing', async (context) => {
    user.needsLab(context)
    const temporary = mkdtempSync(join(tmpdir(), 'netcmp-lab-'))
    chmodSync(temporary, 0o777)
    onTestFinished(() => rmSync(temporary, { recursive: true }))
    const long = ['--workload', 'echo', '--duration', '50ms', '--blocks', '1000', '--interval', '1ms']
    const lab = user.start(long, { TMPDIR: temporary })
    await lab.prints(/ [2-9] of 2000 runs/, 'stderr')
    const tree = treeOf(lab.pid)
    hold(tree)
    lab.signal('SIGINT')
    const { code, stdout, stderr } = await lab.exit()
    expect(code).toBe(130)
    expect(stderr).toContain('netcmp: interrupted: finishing what is under way')
    expect(linesOf(stdout).some((line) => line.startsWith('PARTIAL: '))).toBe(true)
    expect(tree.length).toBeGreaterThan(5)
    expect(leftOf(tree)).toEqual([])
    expect(readdirSync(temporary)).toEqual([])
  })

  // Break when the end waits for what is under way: a first answer takes half a minute on that link.
  it.for(['SIGINT', 'SIGTERM'] as const)(
    '%s ends it within seconds on a slow link, too',
    async (signal, context) => {
      user.needsLab(context)
      const lab = user.start(['--delay', '10s', '--workload', 'echo'])
      await lab.prints(/ runs, about /, 'stderr')
      const tree = treeOf(lab.pid)
      hold(tree)
      lab.signal(signal)
      const { code, stdout, stderr } = await lab.exit()
      expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
      expect(stderr).toMatch(/\nnetcmp: interrupted\n$/)
      expect(leftOf(tree)).toEqual([])
    },
  )
})
