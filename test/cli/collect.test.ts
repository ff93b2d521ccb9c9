import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { CollectFolder, fileNameFor } from '../../src/cli/collect.ts'
import { parseResult } from '../../src/result/read.ts'
import { writeResult } from '../../src/result/write.ts'
import { sampleResult } from '../report/sample-result.ts'
import { netcmp, startNetcmp, startServe } from './run-netcmp.ts'

const folder = mkdtempSync(join(tmpdir(), 'netcmp-collect-'))
afterAll(() => rmSync(folder, { recursive: true }))

let folders = 0
function emptyFolder(): string {
  const made = join(folder, String(++folders))
  mkdirSync(made)
  return made
}

const SHORT = ['--workload', 'echo', '--duration', '20ms', '--blocks', '2', '--timeout', '5s']
const result = new TextEncoder().encode(writeResult(sampleResult({ workloads: ['connect'], blocks: 1 })))

describe('a folder of results', () => {
  it('names each file so that it stays in the folder, whatever the name', () => {
    const awkward = fc.constantFrom(
      '',
      '.',
      '..',
      '../../x',
      '/etc/passwd',
      'a\\b',
      'CON',
      'nul',
      '\ud800',
      'C:',
      '.a',
    )
    fc.assert(
      fc.property(fc.oneof(awkward, fc.string({ unit: 'binary' }), fc.string({ maxLength: 300 })), (name) => {
        const file = fileNameFor(name, new Date(0))
        expect(basename(file)).toBe(file)
        expect(file).toMatch(/^[\p{L}\p{Nd}_][\p{L}\p{Nd}_-]*-19700101T000000Z\.json$/u)
        expect(new TextEncoder().encode(file).length).toBeLessThan(256)
      }),
    )
  })

  it('keeps two of one name at one moment, and leaves no temporary file', async () => {
    const dir = emptyFolder()
    const collector = new CollectFolder(dir)
    const refusals = await Promise.all([1, 2, 3].map(() => collector.keep('../ada', result, '10.0.0.1')))
    expect(refusals).toEqual([undefined, undefined, undefined])
    expect(collector.keptCount).toBe(3)
    expect(readdirSync(dir)).toHaveLength(3)
    for (const name of readdirSync(dir)) {
      expect(name).toMatch(/^ada-\d{8}T\d{6}Z(-\d)?\.json$/)
      expect(readFileSync(join(dir, name))).toEqual(Buffer.from(result))
    }
  })

  it.each([
    ['no UTF-8', new Uint8Array([0xff, 0xfe])],
    ['no JSON', new TextEncoder().encode('{')],
    ['another document', new TextEncoder().encode('{"schema":"netcmp.diff/1"}')],
  ])('refuses %s', async (_, document) => {
    const dir = emptyFolder()
    expect(await new CollectFolder(dir).keep('ada', document, '')).toMatchObject({ code: 'RESULT' })
    expect(readdirSync(dir)).toEqual([])
  })

  it('holds so many files and bytes, of which one host may add a tenth', async () => {
    const full = { code: 'FULL' }
    const few = new CollectFolder(emptyFolder(), { files: 20, bytes: 1e9 })
    for (let n = 0; n < 2; n++) expect(await few.keep('ada', result, '10.0.0.1')).toBeUndefined()
    expect(await few.keep('ada', result, '10.0.0.1')).toMatchObject(full)
    expect(await few.keep('bob', result, '10.0.0.2')).toBeUndefined()
    const small = new CollectFolder(emptyFolder(), { files: 1000, bytes: result.length * 10 })
    expect(await small.keep('ada', result, '10.0.0.1')).toBeUndefined()
    expect(await small.keep('ada', result, '10.0.0.1')).toMatchObject(full)
  })
})

describe('netcmp HOST --as', () => {
  it.each([
    ['tcp', []],
    ['udp', []],
    ['tcp', ['--key', join(folder, 'key')]],
    ['udp', ['--key', join(folder, 'key')]],
  ])('over %s with %j is kept by the server, and is in the roster', async (proto, key) => {
    writeFileSync(join(folder, 'key'), 'a secret of the class')
    const dir = emptyFolder()
    const { server, port } = await startServe(['--host', '127.0.0.1', '--collect', dir, ...key])
    expect(server.stdout).toContain(`results of --as are kept in ${dir}`)
    const target = `127.0.0.1:${port}`
    const { code, stdout, stderr } = await netcmp([
      ...[target, '--as', 'ada', '--proto', proto, ...key, ...SHORT, '--format', 'json'],
    ])
    const said = stderr.split('\n').filter((line) => !line.startsWith('warning: '))
    expect({ code, said }).toEqual({ code: 0, said: [`netcmp: ${target} keeps the result as "ada"`, ''] })
    const [file = '', ...more] = readdirSync(dir)
    expect(more).toEqual([])
    expect(parseResult(readFileSync(join(dir, file), 'utf8'), file)).toEqual(parseResult(stdout, 'stdout'))
    server.signal('SIGINT')
    expect((await server.exit()).stdout).toContain('; kept 1 result')
    const roster = await netcmp(['roster', dir])
    expect(roster).toMatchObject({ code: 0, stderr: '' })
    expect(roster.stdout).toMatch(/^ada +\d\d-\d\d \d\d:\d\d +(TCP|UDP) +[\d.,]+ [um]s +/m)
  })

  it('sends what there is when interrupted, marked partial', async () => {
    const dir = emptyFolder()
    const { port } = await startServe(['--host', '127.0.0.1', '--collect', dir])
    const args = [
      '--as',
      'ada',
      '--workload',
      'echo',
      '--duration',
      '20ms',
      '--blocks',
      '1000',
      '--json-stream',
    ]
    const client = startNetcmp([`127.0.0.1:${port}`, ...args])
    await client.prints(/"block":2/)
    client.signal('SIGINT')
    expect((await client.exit()).code).toBe(130)
    const [file = ''] = readdirSync(dir)
    expect(parseResult(readFileSync(join(dir, file), 'utf8'), file).partial).toBe(true)
  })

  it('ends with 3, after the result, where the server does not collect, or is full', async () => {
    const full = emptyFolder()
    writeFileSync(join(full, 'large'), '')
    truncateSync(join(full, 'large'), 1024 ** 3)
    for (const [args, why] of [
      [[], 'it collects no results (netcmp serve --collect DIR does)'],
      [['--collect', full], 'it keeps no more results, of you or of all (tell who runs it)'],
    ] as const) {
      const { port } = await startServe(['--host', '127.0.0.1', ...args])
      const target = `127.0.0.1:${port}`
      const outcome = await netcmp([target, '--as', 'ada', '--proto', 'udp', ...SHORT])
      expect(outcome).toMatchObject({
        code: 3,
        stderr: `udp: ${target} refused: ${why}; the result was not kept there\n`,
      })
      expect(outcome.stdout).toContain('LATENCY')
    }
    expect(readdirSync(full)).toEqual(['large'])
  })

  it.each([
    [['--as', 'ada'], '--as is for a server that collects results'],
    [['127.0.0.1', '--as', ' '], '--as takes a name of 1 to 48 characters'],
    [['127.0.0.1', '--as', 'x'.repeat(49)], '--as takes a name of 1 to 48 characters'],
    [['roster', join(folder, 'none')], 'no such folder'],
    [['roster', emptyFolder()], 'no results in'],
    [['serve', '--collect', '/dev/null/x'], 'cannot collect in /dev/null/x'],
  ])('%j is wrong usage, in one line', async (args, why) => {
    const { code, stdout, stderr } = await netcmp(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(why)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })
})

describe('a server that is killed while it keeps a result', () => {
  /** Makes a process write results, and never give one its name. */
  const stuck = `import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    fs.promises.rename = () => new Promise(() => {})
    syncBuiltinESMExports()`
  const STUCK = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(stuck)}` }
  const temporaryIn = (dir: string) => readdirSync(dir).filter((name) => name.endsWith('.tmp'))

  it('leaves a half-written file, which the roster ignores and the next server removes, and nothing else', async () => {
    const dir = emptyFolder()
    const collecting = ['--host', '127.0.0.1', '--collect', dir]
    const { server, port } = await startServe(collecting, STUCK)
    const client = startNetcmp([`127.0.0.1:${port}`, '--as', 'ada', '--proto', 'tcp', ...SHORT])
    await vi.waitFor(() => expect(temporaryIn(dir)).toHaveLength(1), { timeout: 30_000, interval: 20 })
    const [left = ''] = temporaryIn(dir)
    expect(left).toContain(`-${server.pid}-`)

    // The one that writes it lives: it is none of another's business.
    const other = await startServe(collecting)
    expect(temporaryIn(dir)).toEqual([left])

    server.signal('SIGKILL')
    await server.exit()
    client.signal('SIGKILL')
    const reserved = readdirSync(dir).filter((name) => name !== left)
    expect(reserved).toEqual([expect.stringMatching(/^ada-\d{8}T\d{6}Z\.json$/)])
    expect(await netcmp(['roster', dir])).toMatchObject({
      code: 2,
      stderr: `netcmp: skipped, no results: ${reserved}\nnetcmp: no results in ${dir}\n`,
    })
    rmSync(join(dir, reserved[0] ?? ''))
    writeFileSync(join(dir, 'bob-20261121T081542Z.json'), writeResult(sampleResult()))
    const roster = await netcmp(['roster', dir])
    expect(roster).toMatchObject({ code: 0, stderr: '' })
    expect(roster.stdout).toMatch(/^bob {2}/m)

    // Like it in all but one: of a server that lives, no file, not quite the name.
    const outside = join(emptyFolder(), 'outside')
    writeFileSync(outside, 'outside')
    const like = (change: string) => left.replace('.netcmp-', change)
    writeFileSync(join(dir, left.replace(`-${server.pid}-`, `-${other.server.pid}-`)), '')
    symlinkSync(outside, join(dir, left.replace(/.{8}\.tmp$/, '00000000.tmp')))
    mkdirSync(join(dir, left.replace(/.{8}\.tmp$/, '11111111.tmp')))
    for (const name of [like('netcmp-'), like('.netcmp-x'), like('a.netcmp-'), `${left}~`, '.netcmp.tmp']) {
      writeFileSync(join(dir, name), '')
    }
    const before = readdirSync(dir)
    await startServe(collecting)
    expect(readdirSync(dir)).toEqual(before.filter((name) => name !== left))
    expect(readFileSync(outside, 'utf8')).toBe('outside')
  })
})

describe('netcmp roster', () => {
  it('names in one line what is no result, and goes on', async () => {
    const dir = emptyFolder()
    writeFileSync(join(dir, 'bob-20261121T081542Z.json'), writeResult(sampleResult()))
    writeFileSync(join(dir, 'broken.json'), '{')
    writeFileSync(join(dir, 'notes.txt'), '')
    const { code, stdout, stderr } = await netcmp(['roster', dir])
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'netcmp: skipped, no results: broken.json, notes.txt\n',
    })
    expect(stdout).toMatch(/^bob {2}/m)
  })
})
