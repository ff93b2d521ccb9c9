import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { BIN, netcmp, Running } from '../run-netcmp.ts'
import { needsLab, needsLinux } from '../tools.ts'

describe('netcmp lab', () => {
  // Breaks when something is made, or measured, before all that was typed makes sense.
  it.each([
    [['foo'], 'lab: "foo" is not shell (write netcmp lab [options] -- foo to run it there)'],
    [['shell', '--size', '100'], 'lab: --size is of the comparison (leave it out, or the command)'],
    [['--format', 'json', '--', 'ls'], 'lab: --format is of the comparison (leave it out, or the command)'],
    [
      ['--', 'no-such-program'],
      'lab: no program "no-such-program" on this computer (install it, or name its path)',
    ],
    [['--proto', 'udp,unix'], 'unix: reaches no other host (take it out of --proto)'],
    [['--loss', '101%'], 'netcmp: --loss "101%" is not a share (write 2% or 0.02; at most 100%)'],
    [['--size', '3'], 'netcmp: --size 3 B is out of range (32 to 65507 B)'],
    [['--output', '/no/such/folder/x'], 'netcmp: cannot write /no/such/folder/x: no such folder'],
    [
      ['--key', 'x'],
      'lab: --key: nobody else reaches the lab’s server, which needs no key (see netcmp lab --help)',
    ],
    [
      ['--bind', '1.2.3.4'],
      'lab: --bind: the client’s host has one address of each kind (choose by -4 or -6) (see netcmp lab --help)',
    ],
    [['--dealy', '1s'], "lab: unknown option '--dealy' (Did you mean --delay?) (see netcmp lab --help)"],
    [
      ['shell', '--', 'true'],
      'lab: "shell" is before the --, and what is to run is behind it (write netcmp lab -- true, or netcmp lab shell)',
    ],
    [
      ['--rate', '10mbit'],
      'netcmp: --rate "10mbit" is not messages per second, which it takes (the link\'s rate: --link-rate 10mbit)',
    ],
    [['--up', ''], 'netcmp: --up "" says nothing (write \'loss=5% delay=10ms\', or leave it out)'],
  ])('%j is wrong usage, in one line', async (args, line) => {
    expect(await netcmp(['lab', ...args])).toEqual({ code: 2, stdout: '', stderr: `${line}\n` })
  })

  it('says which program is missing, and its package', async (context) => {
    needsLinux(context)
    const why =
      'lab: needs the program unshare, which is not there (install util-linux, or add its folder to PATH)\n'
    const outcome = await netcmp(['lab'], '', { PATH: '/no/such/folder' })
    expect(outcome).toEqual({ code: 2, stdout: '', stderr: why })
  })

  it('says what forbids it a network of its own, and how to change that', async (context) => {
    needsLab(context)
    const forbid = 'echo 0 > /proc/sys/user/max_net_namespaces && exec "$@"'
    const inside = ['--user', '--map-root-user', 'sh', '-c', forbid, 'sh']
    const { stderr, status } = spawnSync('unshare', [...inside, 'true'], { encoding: 'utf8' })
    context.skip(status !== 0, `cannot be forbidden here: ${stderr}`)
    const lab = new Running('unshare', [...inside, process.execPath, BIN, 'lab'])
    expect(await lab.exit()).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'lab: cannot have networks of its own here: unshare: unshare failed: No space left on device (sudo sysctl -w user.max_net_namespaces=15000, or run it as root)\n',
    })
  })
})
