import { execFileSync, spawnSync } from 'node:child_process'
import { isIPv6 } from 'node:net'
import { onTestFinished, type TestContext } from 'vitest'
import { formatHostPort } from '../../src/core/address.ts'
import { BIN, Running, type Served } from '../cli/run-netcmp.ts'

/** One end of the cable, the same name on both hosts. */
const LINK = 'cable'

/** Says why there can be no second host here, and skips the test. */
export function needsTwoHosts({ skip }: TestContext): void {
  for (const [file, ...args] of [
    ['unshare', '-n', 'true'],
    ['ip', '-V'],
    ['tc', '-V'],
    ['nft', '-v'],
  ] as const) {
    const { status, error, stderr } = spawnSync(file, args, { encoding: 'utf8' })
    skip(status !== 0, `needs root, util-linux, iproute2 and nftables: ${error?.message ?? stderr.trim()}`)
  }
}

/** Says why a host here can have no address of IPv6, and skips the test. */
export function needsIpv6Hosts({ skip }: TestContext): void {
  const add = ['-n', 'ip', 'addr', 'add', 'fd00:78::1/64', 'dev', 'lo']
  const { status, stderr } = spawnSync('unshare', add, { encoding: 'utf8' })
  skip(status !== 0, `needs IPv6: ${stderr?.trim()}`)
}

/** Probes that came in, of which so many were taken away. */
export interface Toll {
  readonly seenCount: number
  readonly droppedCount: number
}

/** A network namespace. It has no name and ends with its keeper, which ends with this process, however that ends. */
export class Host {
  readonly address: string
  readonly #keeper: Running

  private constructor(address: string, keeper: Running) {
    this.address = address
    this.#keeper = keeper
  }

  static async start(address: string): Promise<Host> {
    const keeper = new Running('unshare', ['-n', 'sh', '-c', 'echo apart; exec cat'])
    onTestFinished(async () => {
      keeper.hangUp()
      await keeper.exit()
    })
    await keeper.prints(/apart/)
    return new Host(address, keeper)
  }

  get pid(): number {
    return this.#keeper.pid
  }

  /** Starts a program there; its process is the program itself. */
  start(file: string, ...args: readonly string[]): Running {
    const running = new Running('nsenter', this.#inside(file, args))
    onTestFinished(() => running.signal('SIGKILL'))
    return running
  }

  /** What a short program there prints, given `input`. */
  ask(file: string, args: readonly string[], input = ''): string {
    return execFileSync('nsenter', this.#inside(file, args), { encoding: 'utf8', input })
  }

  up(): void {
    // `nodad`: usable at once, without asking first whether another has it.
    const address = isIPv6(this.address) ? [`${this.address}/64`, 'nodad'] : [`${this.address}/24`]
    this.ask('ip', ['addr', 'add', ...address, 'dev', LINK])
    for (const link of [LINK, 'lo']) this.ask('ip', ['link', 'set', link, 'up'])
  }

  /** Limits what leaves it, and queues the rest: at most `limitBytes`, the kernel's headers included. */
  slow(rate: string, limitBytes: number): void {
    const shape = ['rate', rate, 'burst', '2kb', 'limit', String(limitBytes)]
    this.ask('tc', ['qdisc', 'add', 'dev', LINK, 'root', 'tbf', ...shape])
  }

  /** The largest packet that its end of the cable takes. */
  limitPackets(mtuBytes: number): void {
    this.ask('ip', ['link', 'set', LINK, 'mtu', String(mtuBytes)])
  }

  /** How many segments its connections over the cable may send before one is acknowledged. */
  beginWith(segments: number): void {
    const family = isIPv6(this.address) ? '-6' : '-4'
    const [route = ''] = this.ask('ip', [family, 'route', 'show', 'dev', LINK]).split('\n')
    const change = [...route.trim().split(/ +/), 'dev', LINK, 'initcwnd', String(segments)]
    this.ask('ip', [family, 'route', 'change', ...change])
  }

  /** Sets a parameter of its kernel's: net.ipv4.tcp_congestion_control. */
  tune(name: string, value: string): void {
    this.ask('sh', ['-c', `echo ${value} > /proc/sys/${name.replaceAll('.', '/')}`])
  }

  /**
   * Takes every n-th probe away before a socket sees it. Only probes are counted, over UDP and ICMP by the header that the
   * payload begins with; over TCP by the one that follows a segment's 32-byte header and the length of a message.
   */
  dropEvery(n: number): void {
    const probe = (at: number) => `@th,${at},24 0x4e4301 @th,${at + 28},4 5`
    const chains = [
      ['udp', 'udp', probe(64)],
      ['icmp', '{ icmp, ipv6-icmp }', probe(64)],
      ['tcp', 'tcp', probe(288)],
    ].map(
      ([protocol, numbers, match]) => `
        counter ${protocol}Seen {}
        counter ${protocol}Dropped {}
        chain ${protocol}Path {
          type filter hook prerouting priority raw
          meta l4proto ${numbers} ${match} counter name ${protocol}Seen numgen inc mod ${n} ${n - 1} counter name ${protocol}Dropped drop
        }`,
    )
    this.ask('nft', ['-f', '-'], `table inet path {${chains.join('\n')}\n}\n`)
  }

  /** Takes in no more packets than so many a second. */
  police(packetsPerSec: number): void {
    this.#guard(`limit rate over ${packetsPerSec}/second drop`, 'prerouting')
  }

  /** From now on nothing is taken in, nothing leaves, and nobody is told. */
  vanish(): void {
    this.#guard('drop', 'prerouting', 'postrouting')
  }

  #guard(rule: string, ...hooks: readonly string[]): void {
    const chains = hooks.map(
      (hook) => `chain ${hook} {\n type filter hook ${hook} priority 400\n ${rule}\n }`,
    )
    this.ask('nft', ['-f', '-'], `table ip guard {\n ${chains.join('\n')}\n}\n`)
  }

  /** Datagrams dropped for full receive buffers so far. */
  receiveBufferErrors(): number {
    const [names, values] = this.ask('cat', ['/proc/net/snmp'])
      .split('\n')
      .filter((line) => line.startsWith('Udp:'))
      .map((line) => line.split(' '))
    return Number(values?.[names?.indexOf('RcvbufErrors') ?? -1])
  }

  /** What `dropEvery` did so far; nothing where it was not called. */
  toll(protocol: 'udp' | 'icmp' | 'tcp'): Toll {
    const listed = JSON.parse(this.ask('nft', ['-j', 'list', 'counters'])) as {
      nftables: readonly { counter?: { name: string; packets: number } }[]
    }
    const packets = (name: string) =>
      listed.nftables.find(({ counter }) => counter?.name === name)?.counter?.packets ?? 0
    return { seenCount: packets(`${protocol}Seen`), droppedCount: packets(`${protocol}Dropped`) }
  }

  #inside(file: string, args: readonly string[]): string[] {
    return ['--target', String(this.pid), '--net', '--', file, ...args]
  }
}

export interface TwoHosts extends Served {
  readonly near: Host
  readonly far: Host
  /** Where the server, which runs on the far host, is reached. */
  readonly target: string
}

/** The two ends of the cable; and where a server listens that is reached over that family. */
const networks = {
  4: { near: '10.78.0.1', far: '10.78.0.2', at: '10.78.0.2' },
  6: { near: 'fd00:78::1', far: 'fd00:78::2', at: '::' },
} as const

/** Two hosts joined by a cable, and a server on the far one, for the length of a test. */
export async function twoHosts(
  serving: readonly string[] = [],
  family: keyof typeof networks = 4,
): Promise<TwoHosts> {
  const network = networks[family]
  const near = await Host.start(network.near)
  const far = await Host.start(network.far)
  const ends = (pid: number) => ['name', LINK, 'netns', String(pid)]
  execFileSync('ip', ['link', 'add', ...ends(near.pid), 'type', 'veth', 'peer', ...ends(far.pid)])
  near.up()
  far.up()
  const where = ['--host', network.at, '--port', '0', '--no-announce']
  const server = far.start(process.execPath, BIN, 'serve', ...where, ...serving)
  const [, port] = await server.prints(/measurement .*?:(\d+)[,\s][\s\S]*Ctrl-C ends it\.\n/)
  return { near, far, server, port: Number(port), target: formatHostPort(far.address, Number(port)) }
}
