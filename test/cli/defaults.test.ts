import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseResult } from '../../src/result/read.ts'
import { BIN, netcmp, Running } from './run-netcmp.ts'
import { needsNative } from './tools.ts'

const folder = mkdtempSync(join(tmpdir(), 'netcmp-defaults-'))
let files = 0

function config(content: unknown): string {
  const file = join(folder, `${++files}.json`)
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

type Environment = Readonly<Record<string, string>>

/** Breaks when anything is measured, or more than a line is said. */
async function expectUsageError(args: readonly string[], env: Environment, line: string): Promise<void> {
  expect(await netcmp(args, '', env)).toEqual({ code: 2, stdout: '', stderr: `${line}\n` })
}

const outOfRange = (blocks: number, from = '') =>
  `netcmp: --blocks ${blocks} is out of range (1 to 1000)${from}`

// Values that are refused show, without measuring, which of them counts.
describe('a setting', () => {
  it('comes from the file', async () => {
    const file = config({ blocks: 1001 })
    await expectUsageError(['--config', file], {}, outOfRange(1001, ` (values also came from ${file})`))
    await expectUsageError(
      [],
      { NETCMP_CONFIG: file },
      outOfRange(1001, ` (values also came from NETCMP_CONFIG, ${file})`),
    )
  })

  it('comes from a variable before the file', async () => {
    const args = ['--config', config({ blocks: 1001 })]
    await expectUsageError(
      args,
      { NETCMP_BLOCKS: '1002' },
      outOfRange(1002, ' (values also came from NETCMP_BLOCKS)'),
    )
  })

  it('comes from a flag before both, even one that says the same as no flag', async () => {
    const args = ['--config', config({ blocks: 1001 }), '--blocks']
    await expectUsageError([...args, '1003'], { NETCMP_BLOCKS: '1002' }, outOfRange(1003))
    const line = 'netcmp: "no" is not a rate (write 1000, 1000/s or max; over 0, at most 10000000/s)'
    await expectUsageError([...args, '10', '--rate', 'no'], { NETCMP_BLOCKS: '1002' }, line)
  })

  it('comes from a file that begins with a byte order mark', async () => {
    const file = config(`\uFEFF${JSON.stringify({ blocks: 1001 })}`)
    await expectUsageError(['--config', file], {}, outOfRange(1001, ` (values also came from ${file})`))
  })

  it('gives way to a flag that excludes it', async (context) => {
    needsNative(context)
    const file = config({ 'json-stream': true, tos: 'lowdelay' })
    const short = ['--workload', 'echo', '--blocks', '1', '--duration', '20ms']
    const { code, stdout, stderr } = await netcmp([
      '--config',
      file,
      '--format',
      'csv',
      '--dscp',
      '0',
      ...short,
    ])
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(/^transport,/m)
  })

  it('is as if unset in an empty variable', async () => {
    await expectUsageError(
      ['--blocks', '0'],
      { NETCMP_BLOCKS: '', NETCMP_RATE: '', NETCMP_CONFIG: '' },
      outOfRange(0),
    )
  })

  it('comes from netcmp.config.json of the working folder where no other file is named', async ({ skip }) => {
    skip(process.platform === 'win32', 'needs a shell of POSIX')
    writeFileSync(join(folder, 'netcmp.config.json'), '{ "blocks": 1001 }')
    const inFolder = async (...args: string[]) => {
      const command = ['-c', 'cd "$1" && shift && exec "$@"', 'sh', folder, process.execPath, BIN, ...args]
      return (await new Running('sh', command).exit()).stderr
    }
    expect(await inFolder()).toBe(`${outOfRange(1001, ' (values also came from netcmp.config.json)')}\n`)
    const other = config({ blocks: 1004 })
    expect(await inFolder('--config', other)).toBe(
      `${outOfRange(1004, ` (values also came from ${other})`)}\n`,
    )
    // Other commands read none of it.
    expect(await inFolder('list', 'transports')).toBe('')
  })
})

describe('what the environment and the file must not hold', () => {
  it.each([
    ['NETCMP_FORMAT', 'xml', ' "xml" is invalid. Allowed choices are table, json, csv, markdown.'],
    ['NETCMP_NAGLE', 'yes', ' takes true or false, not "yes"'],
    ['NETCMP_NO_PROGRESS', '2', ' takes true or false, not "2"'],
  ])('%s=%s', async (name, value, why) => {
    await expectUsageError([], { [name]: value }, `netcmp: ${name}${why}`)
  })

  it.each([
    ['{ "blocks": 1', ': not JSON: '],
    ['[]', ': not an object (write { "proto": "udp", "blocks": 20 })'],
    ['{ "bloks": 20 }', ': no setting "bloks" (there are proto, workload, size, rate, '],
    ['{ "config": "other.json" }', ': no setting "config" (there are '],
    ['{ "a\\nb": 1 }', ': no setting "a\\nb" (there are '],
    ['{ "__proto__": 1 }', ': no setting "__proto__" (there are '],
    ['{ "rate": { "udp": 1 } }', ': "rate" takes a text, a number, true or false, or a list of texts'],
    ['{ "rate": null }', ': "rate" takes a text, a number, true or false, or a list of texts'],
    ['{ "format": "xml" }', ': format "xml" is invalid. Allowed choices are table, json, csv, markdown.'],
    ['{ "nagle": "on" }', ': nagle takes true or false, not "on"'],
  ])('a file of %s', async (text, why) => {
    const file = config(text)
    const { code, stdout, stderr } = await netcmp(['--config', file])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.startsWith(`netcmp: ${file}${why}`)).toBe(true)
    expect(stderr.match(/\n/g)).toHaveLength(1)
  })

  it('a named file that is missing, or a folder', async () => {
    const missing = join(folder, 'none.json')
    await expectUsageError(['--config', missing], {}, `netcmp: cannot read ${missing}: no such file`)
    await expectUsageError([], { NETCMP_CONFIG: folder }, `netcmp: cannot read ${folder}: it is a folder`)
  })

  it('a file without an end', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows has no /dev/zero')
    const line = 'netcmp: /dev/zero: over 65536 bytes: no settings are so long'
    await expectUsageError(['--config', '/dev/zero'], {}, line)
    await expectUsageError(
      ['--key', '/dev/zero', 'host'],
      {},
      'netcmp: the key in /dev/zero is over 4096 bytes',
    )
  })
})

describe('a comparison with settings from everywhere', () => {
  it('runs with them, and saves a command that has them as flags', async () => {
    const file = config({
      proto: ['udp', 'tcp'],
      workload: 'connect',
      blocks: 1,
      size: 100,
      nagle: true,
      ipv4: true,
      'no-progress': false,
      'fail-on': ['udp.connect.sentCount>0', 'tcp.connect.lossRatio>1'],
    })
    const env = {
      NETCMP_DURATION: '20ms',
      NETCMP_FORMAT: 'json',
      NETCMP_NAGLE: '0',
      NETCMP_QUIET: '1',
      NETCMP_SEED: '5',
    }
    const { code, stdout, stderr } = await netcmp(['--config', file, '-6', '--seed', '6', '[::1]:1'], '', {
      ...env,
      NETCMP_TIMEOUT: '50ms',
    })
    // A flag for IPv6 drops the file's IPv4: the address is dialled, and nobody is there.
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(/^udp: /)
    const saved = join(folder, 'run.json')
    const outcome = await netcmp(['--config', file, '--seed', '6', '--output', saved], '', env)
    expect(outcome.code).toBe(4)
    expect(outcome.stderr).toMatch(/^netcmp: limit udp\.connect\.sentCount>0 missed: sentCount is \d+\n$/)
    const { config: settings, tool } = parseResult(readFileSync(saved, 'utf8'), saved)
    expect(settings).toMatchObject({
      transports: ['udp', 'tcp'],
      workloads: ['connect'],
      blocks: 1,
      sizeBytes: 100,
      durationNs: 20e6,
      nagle: false,
      family: 4,
      seed: 6,
    })
    expect(tool.command).toEqual([
      ...['--config', file, '--seed', '6', '--output', saved],
      ...['--duration', '20ms', '--format', 'json', '--quiet'],
      ...['--proto', 'udp,tcp', '--workload', 'connect', '--blocks', '1', '--size', '100', '--ipv4'],
      ...['--fail-on', 'udp.connect.sentCount>0,tcp.connect.lossRatio>1'],
    ])
    const again = await netcmp([...(tool.command ?? []).slice(2), '--output', join(folder, 'again.json')])
    expect(again.code).toBe(4)
    const repeated = parseResult(readFileSync(join(folder, 'again.json'), 'utf8'), 'again.json')
    expect({ ...repeated.config, addresses: {} }).toEqual({ ...settings, addresses: {} })
  })
})
