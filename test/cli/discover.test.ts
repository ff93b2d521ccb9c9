import { spawnSync } from 'node:child_process'
import { describe, expect, it, type TestContext } from 'vitest'
import { BIN, type Outcome, Running, startServe } from './run-netcmp.ts'

/** A network of its own, and processes that end with the first of them. */
const APART = ['-n', '-p', '--fork', '--kill-child', 'sh', '-c']

/** One interface that knows multicast; it is gone with the last process in its network. */
const LINK = [
  'ip link set lo up',
  'ip link add d0 type veth peer name d1',
  'ip addr add 10.77.0.1/24 dev d0',
  'ip link set d1 up',
  'ip link set d0 up',
  'ip route add default dev d0',
].join(' && ')

function needsNamespace({ skip }: TestContext): void {
  const made = spawnSync('unshare', [...APART, LINK], { encoding: 'utf8' })
  skip(made.status !== 0, `needs root, unshare and ip: ${made.error?.message ?? made.stderr.trim()}`)
}

/** Runs a script of the shell in such a network; `$netcmp` is the command. */
async function inNamespace(script: string): Promise<Outcome> {
  const shell = new Running('unshare', [...APART, `${LINK}\n${script}`], {
    netcmp: `${process.execPath} ${BIN}`,
  })
  shell.hangUp()
  return shell.exit()
}

/** Starts a server and waits until it has said what `$1` is. */
const STARTS = `
starts() {
  words=$1; shift; rm -f "$dir/out"; mkfifo "$dir/out"
  $netcmp serve "$@" > "$dir/out" & server=$!
  exec 3< "$dir/out"
  while read -r line <&3; do case $line in *"$words"*) break ;; esac; done
}
dir=$(mktemp -d); trap 'rm -r "$dir"' EXIT
`

describe('netcmp discover', () => {
  // Without a way out, as on a cable between two computers, the system does not know where a multicast goes.
  it.for([
    ['with a default route', ''],
    ['without one', 'ip route del default'],
  ])(
    'lists a server under the address that it is bound to, until that ends, %s',
    async ([, changes], context) => {
      needsNamespace(context)
      const { code, stdout, stderr } = await inNamespace(`${changes}\n${STARTS}
      starts 'announced as' --host 10.77.0.1 --port 7217
      $netcmp discover --timeout 1s
      $netcmp discover --timeout 1s --format json
      kill -INT $server; wait $server
      $netcmp discover --timeout 200ms; exit $?`)
      const [heading, row, ...json] = stdout.trimEnd().split('\n')
      expect(heading).toMatch(/^name +address +version +allows$/)
      expect(row).toMatch(
        /^\S+ [0-9a-f]{8} +10\.77\.0\.1:7217 +\d+\.\d+\.\d+ +tcp, udp, plain echo, plain chat$/,
      )
      expect(JSON.parse(json.join('\n'))).toEqual([
        {
          name: expect.stringMatching(/ [0-9a-f]{8}$/),
          address: '10.77.0.1:7217',
          version: expect.stringMatching(/^\d/),
          allows: ['tcp', 'udp', 'plain echo', 'plain chat'],
        },
      ])
      expect({ code, stderr }).toEqual({
        code: 3,
        stderr: 'netcmp: no server announced itself within 200ms (start one: netcmp serve --host 0.0.0.0)\n',
      })
    },
  )

  it('hears of a server that takes its leave', async (context) => {
    needsNamespace(context)
    const watch = `
      import Bonjour from 'bonjour-service'
      const bonjour = new Bonjour()
      const browser = bonjour.find({ type: 'netcmp' })
      browser.on('up', () => console.log('up'))
      browser.on('down', () => bonjour.destroy(() => console.log('down')))`
    const { code, stdout } = await inNamespace(`${STARTS}
      mkfifo "$dir/seen"
      ${process.execPath} --input-type=module -e "${watch}" > "$dir/seen" & watcher=$!
      exec 4< "$dir/seen"
      starts 'announced as' --host 0.0.0.0
      read -r word <&4; echo "$word"
      kill -INT $server; wait $server
      read -r word <&4; echo "$word"
      wait $watcher`)
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'up\ndown\n' })
  })

  it('does not find a server that is not to be announced', async (context) => {
    needsNamespace(context)
    const { code, stdout } = await inNamespace(`${STARTS}
      starts 'Ctrl-C ends it' --host 0.0.0.0 --no-announce
      $netcmp discover --timeout 500ms; found=$?
      kill -INT $server; wait $server; exit $found`)
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
  })

  it('and the announcement are one line where another program holds the port of mDNS', async (context) => {
    needsNamespace(context)
    const hold = `require('dgram').createSocket('udp4').bind(5353, () => console.log('held'))`
    const { code, stdout, stderr } = await inNamespace(`${STARTS}
      mkfifo "$dir/held" "$dir/errors"
      ${process.execPath} -e "${hold}" > "$dir/held" & holder=$!
      exec 4< "$dir/held"; read -r word <&4
      $netcmp discover; echo $?
      $netcmp serve --engine node --host 0.0.0.0 > "$dir/log" 2> "$dir/errors" & server=$!
      exec 5< "$dir/errors"; read -r line <&5; echo "$line"
      kill -INT $server; wait $server; echo $?
      kill $holder`)
    const why = 'mDNS: not to be had on this computer: another program has port 5353 for itself'
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `3\n${why}; netcmp discover will not find this server (try --no-announce)\n0\n`,
      stderr: `${why}\n`,
    })
  })
})

describe('netcmp serve', () => {
  it('announces nothing on loopback', async () => {
    const { server } = await startServe(['--host', '127.0.0.1'])
    server.signal('SIGINT')
    expect((await server.exit()).stdout).not.toContain('announced')
  })
})
