import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { linkConfigOf } from '../../src/lab/impairment-options.ts'
import { type NetemEnds, netemLink } from '../../src/lab/netem.ts'
import { BIN, netcmp } from '../cli/run-netcmp.ts'
import { Host, needsTwoHosts } from './two-hosts.ts'

const probed = spawnSync('unshare', ['-n', 'tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem'], {
  encoding: 'utf8',
})
const hasNetem = probed.status === 0

/** Both directions of a host's conversation with itself. */
async function loopback(): Promise<{ host: Host; ends: NetemEnds }> {
  const host = await Host.start('127.0.0.1')
  host.ask('ip', ['link', 'set', 'lo', 'up'])
  const end = { device: 'lo', enter: ['nsenter', '--target', `${host.pid}`, '--net', '--'] }
  return { host, ends: { up: end, down: end } }
}

it('a kernel without netem is one line', async (context) => {
  needsTwoHosts(context)
  context.skip(hasNetem, 'this kernel has netem')
  const { ends } = await loopback()
  await expect(netemLink(ends, linkConfigOf({ loss: '2%' }))).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: 'netem: this kernel has none (modprobe sch_netem loads it where it exists; or use --link relay)',
  })
})

it('a system without tc is one line', async (context) => {
  needsTwoHosts(context)
  const { ends } = await loopback()
  const enter = [...ends.up.enter, 'env', 'PATH=/nowhere']
  const end = { device: 'lo', enter }
  await expect(netemLink({ up: end, down: end }, linkConfigOf({}))).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: 'netem: there is no program tc or ip (install iproute2, or use --link relay)',
  })
})

it('the command that makes such a link says so, and ends', async (context) => {
  needsTwoHosts(context)
  context.skip(hasNetem, 'this kernel has netem')
  const { host } = await loopback()
  const config = JSON.stringify(linkConfigOf({ loss: '2%' }))
  const maker = host.start(process.execPath, BIN, 'lab-netem', 'lo', 'lo', '/nowhere/control', config)
  expect(await maker.exit()).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'netem: this kernel has none (modprobe sch_netem loads it where it exists; or use --link relay)\n',
  })
})

it.for([
  {
    flags: ['--loss', '2%'],
    why: 'this kernel has none (modprobe sch_netem loads it where it exists; or use --link relay)',
  },
  { flags: ['--drop', '5'], why: 'it cannot lose packets by number (leave out --drop, or use --link relay)' },
])('a lab by netem ends with one line: $flags', async ({ flags, why }, context) => {
  needsTwoHosts(context)
  context.skip(hasNetem, 'this kernel has netem')
  const ended = await netcmp(['lab', '--link', 'netem', ...flags, '--', 'true'])
  expect(ended).toEqual({ code: 2, stdout: '', stderr: `netem: ${why}\n` })
})

it('a kernel with netem loses all, then nothing, and is left as it was', async (context) => {
  needsTwoHosts(context)
  context.skip(!hasNetem, `this kernel has no netem: ${probed.stderr.trim()}`)
  const { host, ends } = await loopback()
  const pings = () =>
    spawnSync('nsenter', [`--target=${host.pid}`, '--net', '--', 'ping', '-c1', '-W1', '127.0.0.1'])
  const link = await netemLink(ends, linkConfigOf({ loss: '100%' }))
  expect(pings().status).toBe(1)
  await link.impair(linkConfigOf({ delay: '1ms' }))
  expect(pings().status).toBe(0)
  expect(await link.cut()).toEqual({ log: null, counts: null, unloggedCount: 0, unseenCount: 0 })
  await link.close()
  expect(host.ask('tc', ['qdisc', 'show', 'dev', 'lo'])).not.toContain('netem')
})
