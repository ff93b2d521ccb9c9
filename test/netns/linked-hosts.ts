import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished, type TestContext } from 'vitest'
import { type LinkFlags, linkConfigOf } from '../../src/lab/impairment-options.ts'
import type { Link } from '../../src/lab/link.ts'
import { connectLink } from '../../src/lab/link-client.ts'
import { BIN, type Running } from '../cli/run-netcmp.ts'
import { isNative } from '../native/is-native.ts'
import { Host, needsTwoHosts } from './two-hosts.ts'

const OFFLOADS = fileURLToPath(new URL('offloads-off.mjs', import.meta.url))
const UDP = fileURLToPath(new URL('udp-probe.mjs', import.meta.url))

const NETWORKS = {
  near: { ipv4: '10.9.0.1', ipv6: 'fd09::1' },
  far: { ipv4: '10.9.0.2', ipv6: 'fd09::2' },
} as const

/** Says why there can be no link here, and skips the test. */
export function needsLink(context: TestContext): void {
  needsTwoHosts(context)
  context.skip(!isNative, 'needs koffi')
}

/** Two hosts, a relay of its own in a third network between them, and the folder that its logs are in. */
export interface LinkedHosts {
  readonly near: Host
  readonly far: Host
  readonly relay: Running
  readonly link: Link
  readonly folder: string
  readonly control: string
}

export async function linkedHosts(
  flags: LinkFlags,
  { cableMtuBytes = 1500 }: { readonly cableMtuBytes?: number } = {},
): Promise<LinkedHosts> {
  const [near, far, middle] = [
    await Host.start(NETWORKS.near.ipv4),
    await Host.start(NETWORKS.far.ipv4),
    await Host.start(''),
  ]
  for (const [host, name] of [
    [near, 'near'],
    [far, 'far'],
  ] as const) {
    const mtu = ['mtu', `${cableMtuBytes}`]
    const end = ['name', 'cable', 'netns', `${host.pid}`, ...mtu]
    const other = ['name', name, 'netns', `${middle.pid}`, ...mtu]
    execFileSync('ip', ['link', 'add', ...end, 'type', 'veth', 'peer', ...other])
    host.ask(process.execPath, [OFFLOADS, 'cable'])
    host.ask('ip', ['addr', 'add', `${NETWORKS[name].ipv6}/64`, 'dev', 'cable', 'nodad'])
    host.up()
    middle.tune(`net.ipv6.conf.${name}.disable_ipv6`, '1')
    middle.ask('ip', ['link', 'set', name, 'up'])
  }
  meet(near, far)
  meet(far, near)
  const folder = mkdtempSync(join(tmpdir(), 'netcmp-link-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const control = join(folder, 'control')
  const config = JSON.stringify(linkConfigOf(flags))
  const relay = middle.start(process.execPath, BIN, 'lab-relay', 'near', 'far', control, config, folder)
  await relay.prints(/relaying/)
  const link = await connectLink(control)
  onTestFinished(() => link.close())
  return { near, far, relay, link, folder, control }
}

/** Knows the other's hardware address beforehand, so that nobody has to ask: what asks is no packet of a test's. */
function meet(host: Host, other: Host): void {
  const [{ address = '' } = {}] = JSON.parse(other.ask('ip', ['-j', 'link', 'show', 'cable']))
  const { ipv4, ipv6 } = other.address === NETWORKS.far.ipv4 ? NETWORKS.far : NETWORKS.near
  for (const each of [ipv4, ipv6])
    host.ask('ip', ['neigh', 'replace', each, 'lladdr', address, 'dev', 'cable', 'nud', 'permanent'])
}

/** Sends numbered datagrams from one host to the other. Resolves, once the link is quiet, with the numbers that came, in order. */
export async function datagrams(
  { near, far, link }: LinkedHosts,
  count: number,
  { to = NETWORKS.far.ipv4, bytes = 64 }: { readonly to?: string; readonly bytes?: number } = {},
) {
  const receiver = far.start(process.execPath, UDP, 'receive')
  await receiver.prints(/receiving/)
  const sender = near.start(process.execPath, UDP, 'send', to, `${count}`, `${bytes}`)
  await sender.exit()
  const cut = await link.cut()
  receiver.hangUp()
  const { stdout } = await receiver.exit()
  const received: number[] = JSON.parse(stdout.split('\n')[1] ?? '')
  return { received, ...cut }
}

export { NETWORKS, UDP }
