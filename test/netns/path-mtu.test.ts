import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { parseResult } from '../../src/result/read.ts'
import { BIN } from '../cli/run-netcmp.ts'
import { needsNative } from '../cli/tools.ts'
import { needsTwoHosts, type TwoHosts, twoHosts } from './two-hosts.ts'

const PROBE = [
  '--mtu-probe',
  '--proto',
  'udp',
  '--workload',
  'bulk',
  '--format',
  'json',
  '--duration',
  '50ms',
]

async function probed({ near, target }: TwoHosts, ...more: readonly string[]) {
  const client = near.start(
    process.execPath,
    BIN,
    target,
    ...PROBE,
    '--blocks',
    '1',
    '--timeout',
    '5s',
    ...more,
  )
  const { code, stdout, stderr } = await client.exit()
  expect(code, stderr).toBe(0)
  const { path, warnings } = parseResult(stdout, 'stdout')
  return { path, fragments: warnings.filter(({ code }) => code === 'fragments').map(({ text }) => text) }
}

function keyFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'netcmp-key-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'key')
  writeFileSync(file, 'k'.repeat(32))
  return file
}

it('the largest datagram that the cable takes whole is found, and what is larger is warned of', async (context) => {
  needsTwoHosts(context)
  needsNative(context)
  const hosts = await twoHosts()
  for (const host of [hosts.near, hosts.far]) host.ask('ip', ['link', 'set', 'cable', 'mtu', '1400'])
  expect(await probed(hosts)).toEqual({
    path: { mtuBytes: 1400, datagramBytes: 1372 },
    fragments: [expect.stringContaining('messages of 1472 B travel in pieces')],
  })
  expect((await probed(hosts, '--size', '1372')).fragments).toEqual([])
  expect((await probed(hosts, '--size', '1373')).fragments).toHaveLength(1)
})

// A black hole (RFC 2923, 2.1): no ICMP tells that something was too large, and half of the rest is lost besides.
it('it is found where larger ones vanish without a word and others are lost, with a key too', async (context) => {
  needsTwoHosts(context)
  needsNative(context)
  const key = ['--key', keyFile()]
  const hosts = await twoHosts(key)
  const rules = ['ip length > 1301 drop', 'ip length > 700 numgen inc mod 2 0 drop']
  hosts.far.ask(
    'nft',
    ['-f', '-'],
    `table ip narrow {\nchain in { type filter hook prerouting priority raw\nmeta l4proto udp ${rules.join('\nmeta l4proto udp ')}\n}\n}\n`,
  )
  expect((await probed(hosts, ...key, '--size', '600')).path).toEqual({ mtuBytes: 1301, datagramBytes: 1273 })
})
