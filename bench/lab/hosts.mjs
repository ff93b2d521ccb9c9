import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { linkConfigOf } from '../../dist/lab/impairment-options.js'
import { connectLink } from '../../dist/lab/link-client.js'

export const BIN = fileURLToPath(new URL('../../dist/bin.js', import.meta.url))
export const FAR = '10.9.0.2'
const OFFLOADS = fileURLToPath(new URL('../../test/netns/offloads-off.mjs', import.meta.url))
const ADDRESSES = { near: '10.9.0.1', far: FAR }

/** Why there can be no hosts here; empty where there can. */
export function obstacle() {
  const { status, error, stderr } = spawnSync('unshare', ['--net', 'ip', 'link'], { encoding: 'utf8' })
  return status === 0 ? '' : `needs root, util-linux and iproute2: ${error?.message ?? stderr.trim()}`
}

/** A network of its own, which ends with this process. */
async function network() {
  const keeper = spawn('unshare', ['--net', 'sh', '-c', 'echo apart; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(keeper.stdout, 'data')
  const inside = (file, args) => ['nsenter', ['--target', `${keeper.pid}`, '--net', '--', file, ...args]]
  return {
    pid: keeper.pid,
    ask: (file, ...args) => execFileSync(...inside(file, args), { encoding: 'utf8' }),
    start: (file, ...args) => spawn(...inside(file, args), { stdio: ['pipe', 'pipe', 'inherit'] }),
    close: () => keeper.stdin.end(),
  }
}

/** Two hosts, whose cables are those of a lab; `impairments`, as flags of the lab, undefined: a bare pair, without a link between them. */
export async function twoHosts(impairments) {
  const hosts = { near: await network(), far: await network() }
  const middle = impairments === undefined ? undefined : await network()
  const ends = { near: ['near', middle?.pid], far: ['far', middle?.pid] }
  if (middle === undefined) cable(['cable', hosts.near.pid], ['cable', hosts.far.pid])
  for (const name of ['near', 'far']) {
    if (middle) cable(['cable', hosts[name].pid], ends[name])
    hosts[name].ask(process.execPath, OFFLOADS, 'cable')
    hosts[name].ask('ip', 'addr', 'add', `${ADDRESSES[name]}/24`, 'dev', 'cable')
  }
  for (const name of ['near', 'far']) {
    for (const device of ['lo', 'cable']) hosts[name].ask('ip', 'link', 'set', device, 'up')
    middle?.ask('ip', 'link', 'set', name, 'up')
  }
  const relay = middle && (await relayed(middle, impairments))
  return {
    ...hosts,
    link: relay?.link,
    async close() {
      await relay?.close()
      for (const each of [hosts.near, hosts.far, middle]) each?.close()
    },
  }
}

function cable([device, pid], [otherDevice, otherPid]) {
  const end = ['name', device, 'netns', `${pid}`]
  const other = ['name', otherDevice, 'netns', `${otherPid}`]
  execFileSync('ip', ['link', 'add', ...end, 'type', 'veth', 'peer', ...other])
}

async function relayed(middle, impairments) {
  const folder = mkdtempSync(join(tmpdir(), 'netcmp-bench-'))
  const control = join(folder, 'control')
  const config = JSON.stringify(linkConfigOf(impairments))
  const relay = middle.start(process.execPath, BIN, 'lab-relay', 'near', 'far', control, config, folder)
  await once(relay.stdout, 'data')
  const link = await connectLink(control)
  return {
    link,
    async close() {
      await link.close()
      const ended = once(relay, 'exit')
      relay.stdin.end()
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}
