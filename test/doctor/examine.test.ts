import { describe, expect, it } from 'vitest'
import { NetcmpError } from '../../src/core/errors.ts'
import { bufferFindings, dropFindings } from '../../src/doctor/buffers.ts'
import { engineFindings } from '../../src/doctor/engine.ts'
import { examine } from '../../src/doctor/examine.ts'
import type { Printed } from '../../src/doctor/host.ts'
import { mtuFindings, offloadFindings } from '../../src/doctor/interfaces.ts'
import { labFinding } from '../../src/doctor/lab.ts'
import { measuredFindings } from '../../src/doctor/measured.ts'
import { congestionFindings, firewallFindings, portFindings } from '../../src/doctor/network.ts'
import {
  coresFindings,
  governorFindings,
  turboFindings,
  virtualFindings,
} from '../../src/doctor/processor.ts'
import { clockSourceFindings, timerSlackFindings } from '../../src/doctor/timing.ts'
import type { Finding } from '../../src/report/findings.ts'
import { fakeHost } from './fake-host.ts'

const MIB = 1024 * 1024
const enough = { askedBytes: 4 * MIB, receiveBytes: 4 * MIB, sendBytes: 4 * MIB }
const punctual = {
  timerLateMedianNs: 100_000,
  timerLateMaxNs: 900_000,
  turnMedianNs: 5_000,
  turnMaxNs: 80_000,
  clockReadNs: 50,
  clockResolutionNs: 40,
}

/** A system for which there is no native engine. */
const elsewhere = { why: 'the native engine is for Linux', isUnexpected: false }

/** Level and text of each finding: `warn load: ...`. */
const said = (findings: readonly Finding[]) =>
  findings.map(({ check, level, text }) => `${level} ${check}: ${text}`)
const remedies = (findings: readonly Finding[]) => findings.map(({ remedy }) => remedy)

describe('the native engine', () => {
  const capability = (name: string, isHere: boolean) => ({ name, without: `it goes without ${name}`, isHere })

  it('names what it can use, and of what is missing what takes its place', () => {
    const findings = engineFindings({ capabilities: [capability('A', true), capability('B', false)] })
    expect(said(findings)).toEqual([
      'ok native engine: system calls drive the sockets; tried and here: A',
      'note native engine: no B: it goes without B',
    ])
  })

  it('is worth a note where it is to be expected and cannot be, and else not worth a word', () => {
    const why = 'the native engine needs koffi'
    expect(said(engineFindings({ why, isUnexpected: true }))).toEqual([
      'note native engine: the native engine needs koffi; node’s sockets are used instead, which cost more of every figure',
    ])
    expect(engineFindings({ why, isUnexpected: false })).toEqual([])
  })
})

describe('the lab', () => {
  it('is there, or there is a note why not and what to do', () => {
    const why = 'lab: needs the program ip, which is not there (install iproute2)'
    expect(said([labFinding(undefined), labFinding(new NetcmpError('UNAVAILABLE', why))])).toEqual([
      'ok lab: netcmp lab can make two hosts of its own here: tried',
      'note lab: no netcmp lab here: it needs the program ip, which is not there (install iproute2)',
    ])
  })
})

describe('socket buffers', () => {
  it('are well where the socket got what it asked for', () => {
    expect(said(bufferFindings(fakeHost({}), enough))).toEqual([
      'ok receive buffer: a UDP socket got the 4 MiB that netcmp asks for',
      'ok send buffer: a UDP socket got the 4 MiB that netcmp asks for',
    ])
  })

  it('that the system cut name the limit and raise it', () => {
    const host = fakeHost({ '/proc/sys/net/core/rmem_max': '212992' })
    const findings = bufferFindings(host, { ...enough, receiveBytes: 212_992 })
    expect(said(findings)[0]).toBe(
      'warn receive buffer: a UDP socket got 208 KiB of the 4 MiB that netcmp asks for (net.core.rmem_max is 208 KiB): what does not fit in a burst is lost in this computer, not in the network',
    )
    expect(remedies(findings)).toEqual(['sudo sysctl -w net.core.rmem_max=4194304', null])
  })

  it('that another system cut have no remedy that is known', () => {
    const [finding] = bufferFindings(fakeHost({}), { ...enough, receiveBytes: MIB })
    expect(finding).toMatchObject({ level: 'note', remedy: null })
  })
})

describe('drops', () => {
  const snmp = (received: number, sent: number, broken: number) =>
    `Ip: Forwarding\nIp: 1\nUdp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors\nUdp: 900 1 50 800 ${received} ${sent} ${broken}\nUdpLite: InDatagrams\nUdpLite: 7`

  it('of IPv4 and IPv6 are added', () => {
    const snmp6 = 'Udp6InDatagrams 8\nUdp6RcvbufErrors                \t1000\nUdp6SndbufErrors \t2\n'
    const host = fakeHost({ '/proc/net/snmp': snmp(234, 5, 6), '/proc/net/snmp6': snmp6 })
    expect(said(dropFindings(host))).toEqual([
      'note UDP drops: so far, by any program: 1,234 datagrams for full receive buffers, 7 for full send buffers, 6 for wrong checksums',
    ])
  })

  it('are well where there are none, without IPv6 too', () => {
    const host = fakeHost({ '/proc/net/snmp': snmp(0, 0, 0) })
    expect(said(dropFindings(host))).toEqual(['ok UDP drops: none so far, by any program'])
  })

  it('are left out where the system does not count them', () => {
    expect(dropFindings(fakeHost({ '/proc/net/snmp': 'Ip: x' }))).toEqual([])
  })
})

describe('interfaces', () => {
  const card = (name: string, mtu: string) => ({
    [`/sys/class/net/${name}/operstate`]: 'up',
    [`/sys/class/net/${name}/mtu`]: mtu,
    [`/sys/class/net/${name}/device/vendor`]: '0x8086',
  })

  it('that are small make fragments; bridges and what is down are left out', () => {
    const host = fakeHost({
      '/sys/class/net/lo/mtu': '1500',
      ...card('eth0', '1400'),
      ...card('eth1', '9000'),
      ...card('eth2', '1400'),
      '/sys/class/net/eth2/operstate': 'down',
      '/sys/class/net/docker0/operstate': 'up',
      '/sys/class/net/docker0/mtu': '1400',
    })
    const findings = mtuFindings(host)
    expect(said(findings)).toEqual([
      'warn loopback MTU: 1500 B, 65536 B is usual: bulk on loopback goes in more and smaller pieces',
      'note MTU: eth0: 1400 B: longer datagrams leave in fragments, as bulk’s of 1472 B would',
      'ok MTU: eth1: 9000 B',
    ])
    expect(remedies(findings)).toEqual([
      'sudo ip link set lo mtu 65536',
      'netcmp HOST --workload bulk --size 1372',
      null,
    ])
  })

  it.each<[string, Printed, string, string | null]>([
    [
      'some on',
      {
        text: 'Features:\ntcp-segmentation-offload: on\n\ttx-tcp-segmentation: on\ngeneric-receive-offload: on\nlarge-receive-offload: off [fixed]\n',
      },
      'note offloads: eth0: tso and gro on: TCP’s packets',
      'sudo ethtool -K eth0 tso off gro off',
    ],
    ['all off', { text: 'generic-receive-offload: off\n' }, 'ok offloads: eth0: none', null],
    ['no ethtool', { missing: true }, 'note offloads: eth0: not known, ethtool is not installed', null],
    ['no answer', { failed: true }, 'note offloads: eth0: not known, ethtool does not tell', null],
  ])('with %s', (_, ethtool, begin, remedy) => {
    const findings = offloadFindings(fakeHost(card('eth0', '1500'), { ethtool }))
    expect(said(findings)).toEqual([expect.stringMatching(`^${begin}`)])
    expect(remedies(findings)).toEqual([remedy])
  })
})

describe('ports and congestion control', () => {
  const host = (range: string, waiting: number) =>
    fakeHost({
      '/proc/sys/net/ipv4/ip_local_port_range': range,
      '/proc/net/sockstat': `sockets: used 9\nTCP: inuse 6 orphan 0 tw ${waiting} alloc 9 mem 52\nUDP: inuse 1`,
    })

  it('are well in usual numbers', () => {
    expect(said(portFindings(host('32768\t60999', 10)))).toEqual([
      'ok ephemeral ports: 28,232 (32768 to 60999)',
      'ok TIME_WAIT: 10 connections rest after their end, of 28,232 ports',
    ])
  })

  it('warn of few ports, and of few that are free', () => {
    const findings = portFindings(host('60000\t60999', 501))
    expect(findings.map(({ level }) => level)).toEqual(['warn', 'warn'])
    expect(findings.map(({ text }) => text.split(':')[0])).toEqual([
      '1,000 (60000 to 60999)',
      '501 connections rest after their end, of 1,000 ports',
    ])
    expect(portFindings(host('60000\t60999', 500))[1]?.level).toBe('ok')
  })

  it.each([
    ['cubic', 'ok'],
    ['bbr', 'note'],
  ])('name %s: %s', (name, level) => {
    const findings = congestionFindings(fakeHost({ '/proc/sys/net/ipv4/tcp_congestion_control': name }))
    expect(findings).toMatchObject([{ level, text: expect.stringContaining(name) }])
  })
})

describe('the firewall', () => {
  const nft = `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established accept
		tcp dport 22 accept
	}
}`

  it.each<[string, Record<string, Printed>, string]>([
    [
      'nft, policy drop',
      { nft: { text: nft } },
      'note firewall: 2 rules, read for every packet; some drop packets: clients need ports 7117 to 7119, TCP and UDP',
    ],
    ['nft, no rules', { nft: { text: '' } }, 'ok firewall: no rules'],
    [
      'nft, policy accept',
      { nft: { text: nft.replace('drop', 'accept') } },
      'note firewall: 2 rules, read for every packet',
    ],
    [
      'iptables',
      { iptables: { text: '-P INPUT DROP\n-P OUTPUT ACCEPT\n-A INPUT -i lo -j ACCEPT' } },
      'note firewall: 1 rule, read for every packet; some drop packets: clients need ports 7117 to 7119, TCP and UDP',
    ],
    ['neither', {}, 'note firewall: not known: neither nft nor iptables is installed'],
    [
      'not root',
      { nft: { failed: true } },
      'note firewall: not known: its rules are for root to read; where clients cannot connect, look there (ports 7117 to 7119, TCP and UDP)',
    ],
  ])('by %s', (_, programs, text) => {
    expect(said(firewallFindings(fakeHost({}, programs)))).toEqual([text])
  })
})

describe('the processor', () => {
  it('is well with cores that are free', () => {
    expect(said(coresFindings(fakeHost({ '/proc/loadavg': '2.00 1.00 1.00 1/99 7' })))).toEqual([
      'ok cores: 4: each end has one of its own',
      'ok load: 2 ready to run on average over a minute, on 4 cores',
    ])
  })

  it('warns of more load than half the cores, and tells of a quota', () => {
    const host = fakeHost(
      { '/proc/loadavg': '0.51 0 0 1/9 7', '/sys/fs/cgroup/cpu.max': '150000 100000' },
      {},
      1,
    )
    const findings = coresFindings(host)
    expect(findings.map(({ check, level }) => `${level} ${check}`)).toEqual([
      'note cores',
      'note processor quota',
      'warn load',
    ])
    expect(findings[1]?.text).toMatch(/^this container may use 1\.5 cores’ time/)
  })

  it('has no quota where the group sets none', () => {
    expect(coresFindings(fakeHost({ '/sys/fs/cgroup/cpu.max': 'max 100000' })).length).toBe(1)
  })

  it.each([
    [['performance', 'performance'], 'ok'],
    [['performance', 'powersave'], 'warn'],
    [[], 'note'],
  ])('with governors %j: %s', (governors, level) => {
    const files = governors.map((name, index) => [
      `/sys/devices/system/cpu/cpu${index}/cpufreq/scaling_governor`,
      name,
    ])
    expect(governorFindings(fakeHost(Object.fromEntries(files)))).toMatchObject([{ level }])
  })

  it.each([
    ['intel_pstate/no_turbo', '0', ['note']],
    ['intel_pstate/no_turbo', '1', ['ok']],
    ['cpufreq/boost', '1', ['note']],
    ['cpufreq/boost', '0', ['ok']],
    ['nothing', '', []],
  ])('with %s at %s: %j', (file, text, levels) => {
    const findings = turboFindings(fakeHost({ [`/sys/devices/system/cpu/${file}`]: text }))
    expect(findings.map(({ level }) => level)).toEqual(levels)
  })

  it('of a virtual machine says what was stolen from it', () => {
    const host = fakeHost({
      '/proc/cpuinfo': 'processor\t: 0\nflags\t\t: fpu hypervisor lahf_lm',
      '/proc/stat': 'cpu  50 0 20 900 10 0 0 20 0 0\ncpu0 1 2 3',
      '/.dockerenv': '',
    })
    expect(said(virtualFindings(host))).toEqual([
      'note virtual: a virtual machine and a container: others on the same hardware take time from it (so far 2.00 % of this one’s processor time); repeat a run before believing it',
    ])
    expect(virtualFindings(fakeHost({}))).toMatchObject([{ level: 'ok' }])
  })
})

describe('clock and timers', () => {
  const source = (current: string, available: string) =>
    fakeHost({
      '/sys/devices/system/clocksource/clocksource0/current_clocksource': current,
      '/sys/devices/system/clocksource/clocksource0/available_clocksource': available,
    })

  it.each([
    ['tsc', 'tsc hpet', 'ok', null],
    [
      'hpet',
      'tsc hpet acpi_pm',
      'warn',
      'echo tsc | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource',
    ],
    ['hpet', 'hpet acpi_pm', 'note', null],
  ])('%s of %s: %s', (current, available, level, remedy) => {
    expect(clockSourceFindings(source(current, available))).toMatchObject([{ level, remedy }])
  })

  it.each([
    ['50000', 'ok'],
    ['10000000', 'warn'],
  ])('slack of %s ns: %s', (slack, level) => {
    expect(timerSlackFindings(fakeHost({ '/proc/self/timerslack_ns': slack }))).toMatchObject([{ level }])
  })

  it('are well where they are punctual', () => {
    expect(said(measuredFindings(punctual))).toEqual([
      'ok timer lateness: 100 us median, 900 us longest of 40',
      'ok event-loop turn: 5.00 us median, 80.0 us longest of 2,000',
      'ok clock: 50.0 ns to read, tells 40.0 ns apart',
    ])
  })

  it('are said where they are not', () => {
    const slow = {
      ...punctual,
      timerLateMedianNs: 1_500_001,
      turnMedianNs: 20_001,
      clockResolutionNs: 15_000,
    }
    expect(measuredFindings(slow).map(({ level }) => level)).toEqual(['warn', 'warn', 'note'])
  })
})

describe('a whole computer', () => {
  it('of which nothing can be read still has its sockets and its clock', () => {
    const levels = examine(fakeHost({}), enough, punctual, elsewhere).map(
      ({ check, level }) => `${level} ${check}`,
    )
    expect(levels).toEqual([
      'ok receive buffer',
      'ok send buffer',
      'note firewall',
      'ok cores',
      'note CPU governor',
      'ok virtual',
      'ok timer lateness',
      'ok event-loop turn',
      'ok clock',
    ])
  })

  it('that is not Linux says in one line what was not looked at', () => {
    const findings = examine({ ...fakeHost({}), platform: 'darwin' }, enough, punctual, elsewhere)
    expect(findings.length).toBe(6)
    expect(findings[2]).toMatchObject({
      level: 'note',
      text: expect.stringMatching(/^not on darwin: drops, /),
    })
  })
})
