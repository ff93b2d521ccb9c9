import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { transports } from '../../src/registry.ts'
import { netcmp } from './run-netcmp.ts'

const known = transports.map((each) => each.name).join(', ')
const folder = mkdtempSync(join(tmpdir(), 'netcmp-bad-input-'))

/** Breaks when wrong usage runs all the same, prints a stack, or ends with another code than 2. */
async function expectUsageError(args: readonly string[], line: string): Promise<void> {
  expect(await netcmp(args)).toEqual({ code: 2, stdout: '', stderr: `${line}\n` })
}

describe('wrong usage is one line and exit code 2', () => {
  it.each([
    [['--proto', 'sctp'], `netcmp: no transport is called "sctp" (known: ${known})`],
    [['--proto', 'tcp,udp,tcp'], 'netcmp: --proto names tcp twice'],
    [['--proto', ','], 'netcmp: --proto "," names nothing'],
    [['--workload', 'ping'], 'netcmp: no workload "ping" (there are echo, connect, bulk, chat)'],
    [['--bogus'], "netcmp: unknown option '--bogus' (Did you mean --blocks?) (see netcmp --help)"],
    [['--size', 'abc'], 'netcmp: "abc" is not a size (write 64, 64B, 16KiB or 1MiB)'],
    [['--size', '31'], 'netcmp: --size 31 B is out of range (32 to 65507 B)'],
    [['--size', '65508'], 'netcmp: --size 65508 B is out of range (32 to 65507 B)'],
    [['--size', '1048577', '--proto', 'tcp'], 'netcmp: --size 1048577 B is out of range (32 to 1048576 B)'],
    [['--rate', '0'], 'netcmp: "0" is not a rate (write 1000, 1000/s or max; over 0, at most 10000000/s)'],
    [['--rate', '-1'], 'netcmp: "-1" is not a rate (write 1000, 1000/s or max; over 0, at most 10000000/s)'],
    [['--duration', '0'], 'netcmp: "0" is not a duration (write 250ms, 1s, 100us or 2m, over 0)'],
    [['--timeout', '2h'], 'netcmp: "2h" is not a duration (write 250ms, 1s, 100us or 2m, over 0)'],
    [['--blocks', '0'], 'netcmp: --blocks 0 is out of range (1 to 1000)'],
    [['--blocks', '1.5'], 'netcmp: --blocks takes a whole number, not "1.5"'],
    [['--members', '1'], 'netcmp: --members 1 is out of range (2 to 64)'],
    [['--streams', '0'], 'netcmp: --streams 0 is out of range (1 to 256)'],
    [
      ['--direction', 'sideways'],
      "netcmp: option '--direction <way>' argument 'sideways' is invalid. Allowed choices are up, down, both. (see netcmp --help)",
    ],
    [
      ['--format', 'xml'],
      "netcmp: option '--format <name>' argument 'xml' is invalid. Allowed choices are table, json, csv, markdown. (see netcmp --help)",
    ],
    [['-4', '-6'], 'netcmp: -4 and -6 exclude each other'],
    [['--dscp', 'EF', '--tos', '8'], 'netcmp: --dscp and --tos exclude each other: they set the same byte'],
    [['--ttl', '256'], 'netcmp: --ttl 256 is out of range (1 to 255)'],
    [['serve', '--buffer', '1KiB'], 'netcmp: --buffer 1024 B is out of range (4096 to 1073741824 B)'],
    [
      ['--ttl', '4', '--proto', 'unix'],
      'unix: sends no packets (leave out --dscp, --tos, --ttl, --buffer and --congestion)',
    ],
    [
      ['--mtu-probe', '--proto', 'tcp', '--blocks', '1'],
      'netcmp: --mtu-probe sends datagrams, and --proto names no udp',
    ],
    [['-4', '[::1]:7'], 'tcp: ::1 is not an IPv4 address (leave out -4, or another --bind)'],
    [['127.0.0.1:70000'], 'netcmp: port 70000 is out of range (0 to 65535)'],
    [['127.0.0.1:abc'], 'netcmp: "127.0.0.1:abc" is not an address (write HOST, HOST:PORT or [IPV6]:PORT)'],
    [[''], 'netcmp: "" is not an address (write HOST, HOST:PORT or [IPV6]:PORT)'],
    [['one', 'two'], 'netcmp: too many arguments. Expected 1 argument but got 2. (see netcmp --help)'],
    [
      ['--proto', 'tcp,unix', '127.0.0.1'],
      'unix: reaches no other host (leave out 127.0.0.1, or take unix out of --proto)',
    ],
    [
      ['serve', '--port', '70000'],
      'netcmp: --port 70000 is out of range (0 to 65533: three in a row are used)',
    ],
    [['serve', '--port', 'abc'], 'netcmp: --port takes a whole number, not "abc"'],
    [['echo'], "netcmp: missing required argument 'address' (see netcmp --help)"],
    [['echo', '127.0.0.1'], 'netcmp: "127.0.0.1" names no port (write HOST:PORT)'],
    [
      ['echo', '127.0.0.1:7', '--proto', 'tcp,udp'],
      'netcmp: --proto takes one transport here, as tcp or udp, not "tcp,udp"',
    ],
    [['chat', 'nobody'], 'netcmp: "nobody" names no port (write HOST:PORT)'],
    [
      ['list', 'everything'],
      "netcmp: command-argument value 'everything' is invalid for argument 'what'. Allowed choices are transports, workloads, metrics, presets. (see netcmp --help)",
    ],
    [['report'], "netcmp: missing required argument 'file' (see netcmp --help)"],
    [['report', join(folder, 'none.json')], `netcmp: cannot read ${join(folder, 'none.json')}: no such file`],
    [['report', folder], `netcmp: cannot read ${folder}: it is a folder`],
  ])('netcmp %j', async (args, line) => {
    await expectUsageError(args, line)
  })

  it('prints the stack where --debug asks for it', async () => {
    const { code, stderr } = await netcmp(['--rate', '0', '--debug'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^netcmp: "0" is not a rate .*\nNetcmpError: .*\n +at /)
  })
})

describe('a saved result that is none is one line and exit code 2', () => {
  it.each([
    ['nothing', '', 'not JSON: Unexpected end of JSON input (netcmp writes it with --format json)'],
    ['text', 'hello', 'not JSON: Unexpected token'],
    [
      'another JSON',
      '{"a":1}',
      'at schema: expected "netcmp.result/1" (netcmp writes it with --format json)',
    ],
    [
      'a later schema',
      '{"schema":"netcmp.result/2"}',
      'a result of a newer netcmp (netcmp.result/2; this one reads netcmp.result/1)',
    ],
  ])('%s', async (name, text, why) => {
    const file = join(folder, `${name}.json`)
    writeFileSync(file, text)
    const { code, stdout, stderr } = await netcmp(['report', file])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.startsWith(`${file}: ${why}`)).toBe(true)
    expect(stderr.match(/\n/g)).toHaveLength(1)
    expect(await netcmp(['report', '-'], text)).toEqual({
      code: 2,
      stdout: '',
      stderr: stderr.replace(file, 'standard input'),
    })
  })
})
