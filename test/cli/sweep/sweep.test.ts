import { existsSync, mkdtempSync, readFileSync, statSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseSweep, parseSweepFile } from '../../../src/result/sweep-file.ts'
import type { SweepDocument } from '../../../src/result/sweep-schema.ts'
import { linesOf, netcmp, startNetcmp, startServe } from '../run-netcmp.ts'

const folder = mkdtempSync(join(tmpdir(), 'netcmp-sweep-'))
let files = 0
const fresh = () => join(folder, `${++files}.jsonl`)

const sweep = (...args: string[]) => netcmp(['sweep', ...args])
const QUICK = ['--duration', '20ms', '--rate', 'max']
const SIZES = ['--size', '1,64..192']
const ANNOUNCED = /^netcmp: 4 cells \(4 of --size\): (\d+) runs( left)?, about \d+ s\n$/

const fileOf = (file: string) => parseSweepFile(readFileSync(file), file)

/** Waits until a few runs are in the file. */
function grows(file: string): Promise<void> {
  const isThere = () => existsSync(file) && statSync(file).size >= 20_000
  return new Promise((resolve) => {
    const watcher = watch(folder, () => {
      if (!isThere()) return
      watcher.close()
      resolve()
    })
  })
}

/** Of every run, where it stands in the grid: sorted, as the order in time may differ. */
function gridOf({ cells }: SweepDocument): string[] {
  return cells
    .flatMap(({ parameters, runs }) =>
      runs.map(({ block, workload, transport, error }) => {
        return `${JSON.stringify(parameters)} ${block} ${workload} ${transport} ${error}`
      }),
    )
    .sort()
}

describe('netcmp sweep', () => {
  it('runs every cell, both protocols in every block, and draws a table, a curve and a sentence', async () => {
    const file = fresh()
    const { code, stdout, stderr } = await sweep(...SIZES, ...QUICK, '--blocks', '7', '--output', file)
    expect(code).toBe(0)
    expect(stderr).toMatch(ANNOUNCED)
    expect(stdout).toMatch(/^sweep of size, 4 cells {3}echo at full rate {3}6 of 7 blocks of 20 ms, seed 1$/m)
    for (const size of ['1 B', '64 B', '128 B', '192 B']) {
      expect(stdout).toMatch(new RegExp(`^  ${size} +[\\d.]+ us +[\\d.]+ us   \\S.*$`, 'm'))
    }
    expect(stdout).toMatch(/^rttP50Ns \(echo\) against size {3}── TCP {3}══ UDP$/m)
    expect(linesOf(stdout).at(-1)).toMatch(/\.$/)
    expect(linesOf(stdout).filter((line) => line.length > 80)).toEqual([])
    const document = parseSweep((await netcmp(['report', file, '--format', 'json'])).stdout, 'stdout')
    expect(document).toMatchObject({
      partial: false,
      parameters: [{ id: 'sizeBytes', values: [1, 64, 128, 192] }],
    })
    expect(gridOf(document)).toHaveLength(4 * 7 * 2)
    for (const { runs, summary } of document.cells) {
      expect(runs.every(({ error }) => error === null)).toBe(true)
      expect(summary.map(({ transport, blocks }) => [transport, blocks])).toEqual([
        ['tcp', 6],
        ['udp', 6],
      ])
    }
    // Block by block through the whole grid.
    const blocks = fileOf(file).lines.map(({ block }) => block)
    expect(blocks).toEqual([...blocks].sort((a, b) => a - b))
  })

  it('is drawn again from its file and its document, always the same', async () => {
    const file = fresh()
    const args = [...SIZES, ...QUICK, '--blocks', '2', '--output', file, '--quiet']
    const { code, stdout, stderr } = await sweep(...args)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect((await netcmp(['report', file])).stdout).toBe(stdout)
    const json = (await netcmp(['report', file, '--format', 'json'])).stdout
    for (const format of ['table', 'csv', 'markdown', 'json']) {
      const [one, other] = [
        ['report', file],
        ['report', '-'],
      ].map((from) => [...from, '--format', format])
      const again = await netcmp(other ?? [], json)
      expect(again).toMatchObject({ code: 0, stderr: '' })
      expect(again.stdout).toBe((await netcmp(one ?? [])).stdout)
    }
    const [header = '', ...rows] = (await netcmp(['report', file, '--format', 'csv'])).stdout
      .trim()
      .split('\n')
    expect(header.startsWith('cell,sizeBytes,workload,transport,blocks,rttMinNs,')).toBe(true)
    expect(rows.map((row) => row.split(',').slice(0, 5).join())).toEqual(
      [1, 64, 128, 192].flatMap((size, index) =>
        ['tcp', 'udp'].map((name) => `${index + 1},${size},echo,${name},1`),
      ),
    )
  })

  it('sweeps a server on a host, several workloads, and what is not a number', async () => {
    const { port } = await startServe(['--host', '127.0.0.1'])
    const grid = [
      '--direction',
      'up,down,both',
      '--streams',
      '1,2',
      '--size',
      '1400',
      '--workload',
      'bulk,connect',
    ]
    const { code, stdout } = await sweep(
      `127.0.0.1:${port}`,
      ...grid,
      '--duration',
      '20ms',
      '--blocks',
      '1',
      '--format',
      'json',
      '--quiet',
    )
    expect(code).toBe(0)
    const { config, cells, figures } = parseSweep(stdout, 'stdout')
    expect(config).toMatchObject({ target: `127.0.0.1:${port}`, workloads: ['bulk', 'connect'] })
    expect(cells.map(({ parameters }) => `${parameters.streams} ${parameters.direction}`)).toEqual([
      '1 up',
      '1 down',
      '1 both',
      '2 up',
      '2 down',
      '2 both',
    ])
    expect(figures).toEqual([
      { workload: 'bulk', metric: 'goodputBitsPerSec' },
      { workload: 'connect', metric: 'firstReplyP50Ns' },
    ])
    expect(cells.every(({ runs }) => runs.length === 4 && runs.every(({ error }) => error === null))).toBe(
      true,
    )
  })

  it.each([
    ['rtt-by-size', 'sizeBytes', [1, ...Array.from({ length: 10 }, (_, index) => 100 * (index + 1))]],
    ['throughput-by-size', 'sizeBytes', [1024, 2048, 4096, 8192, 16_384, 32_768]],
    ['megabyte', 'sizeBytes', [4096, 2048, 1024]],
  ])('--preset %s answers its assignment, and can be changed', async (preset, id, values) => {
    const changed = ['--duration', preset === 'megabyte' ? '5s' : '20ms', '--blocks', '1']
    const { code, stdout } = await sweep('--preset', preset, ...changed, '--format', 'json', '--quiet')
    expect(code).toBe(0)
    const { parameters, cells, config } = parseSweep(stdout, 'stdout')
    expect(parameters).toEqual([{ id, values }])
    expect(config).toMatchObject({ transports: ['tcp', 'udp'], blocks: 1 })
    for (const { parameters: at, summary } of cells) {
      expect(summary.length).toBe(2 * config.workloads.length)
      for (const { workload, transport, metrics } of summary) {
        if (preset !== 'megabyte') continue
        expect(metrics.sentCount).toBe(1_048_576 / Number(at.sizeBytes))
        if (transport === 'tcp' || workload === 'echo') expect(metrics.transferNs).toBeGreaterThan(0)
      }
    }
  })
})

describe('a sweep that was cut short', () => {
  const args = ['--size', '1,64..192', ...QUICK, '--blocks', '8']

  it('by kill -9 loses no finished run, and goes on to the same grid as one that was not', async () => {
    const file = fresh()
    const killed = startNetcmp(['sweep', ...args, '--output', file])
    await killed.prints(/runs, about/, 'stderr')
    await grows(file)
    killed.signal('SIGKILL')
    expect((await killed.exit()).code).toBe(null)
    const before = fileOf(file)
    expect(before.lines.length).toBeGreaterThan(3)
    expect(before.lines.length).toBeLessThan(64)
    // What a kill in the midst of a line leaves behind is overlooked.
    writeFileSync(file, '{"type":"run","cell":0,"transp', { flag: 'a' })
    const again = await sweep('--resume', file)
    expect(again.code).toBe(0)
    expect(again.stderr).toMatch(new RegExp(`: ${64 - before.lines.length} runs left, about`))
    const after = fileOf(file)
    expect(after.lines.slice(0, before.lines.length)).toEqual(before.lines)
    expect(after.lines).toHaveLength(64)
    const resumed = parseSweep((await netcmp(['report', file, '--format', 'json'])).stdout, 'stdout')
    const whole = parseSweep((await sweep(...args, '--format', 'json', '--quiet')).stdout, 'stdout')
    expect(gridOf(resumed)).toEqual(gridOf(whole))
    expect(resumed.partial).toBe(false)
    // In the order that it would have had, too.
    const order = ({ lines }: { lines: readonly { cell: number; block: number; transport: string }[] }) =>
      lines.map(({ cell, block, transport }) => `${cell} ${block} ${transport}`)
    const file2 = fresh()
    await sweep(...args, '--output', file2, '--quiet')
    expect(order(after)).toEqual(order(fileOf(file2)))
    // At its end there is nothing to do but to draw it.
    expect(await sweep('--resume', file)).toMatchObject({ code: 0, stderr: '', stdout: again.stdout })
  })

  it('by Ctrl-C says what there is, marked partial, and goes on likewise', async () => {
    const file = fresh()
    const client = startNetcmp(['sweep', ...args, '--output', file, '--format', 'json'])
    await client.prints(/runs, about/, 'stderr')
    await grows(file)
    client.signal('SIGINT')
    const { code, stdout, stderr } = await client.exit()
    expect(code).toBe(130)
    expect(stderr).toContain('netcmp: interrupted: finishing what is under way (again: stop at once)\n')
    const document = parseSweep(stdout, 'stdout')
    expect(document.partial).toBe(true)
    const { lines } = fileOf(file)
    expect(gridOf(document)).toHaveLength(lines.length)
    const table = (await netcmp(['report', file])).stdout
    expect(table).toMatch(/^PARTIAL: the sweep is not complete; this is what \d+ of its 64 runs measured\.$/m)
    expect(await sweep('--resume', file, '--quiet')).toMatchObject({ code: 0, stderr: '' })
    expect(fileOf(file).lines).toHaveLength(64)
  })

  it.each([
    [['--blocks', '9'], 'blocks 3, not 9'],
    [['--size', '1,64'], 'sizeBytes 64,128, not 1,64'],
    [['--proto', 'tcp'], 'transports tcp,udp, not tcp'],
    [['--rate', '100'], 'ratePerSec max, not 100'],
    [['--engine', 'node', '--seed', '2'], 'seed 1, not 2'],
    [['--preset', 'megabyte'], 'workloads echo, not echo,bulk'],
  ])('refuses to go on with %j', async (changed, difference) => {
    const file = fresh()
    await sweep('--size', '64,128', ...QUICK, '--blocks', '3', '--output', file, '--quiet')
    const { lines } = fileOf(file)
    writeFileSync(file, readFileSync(file, 'utf8').split('\n').slice(0, 4).join('\n').concat('\n'))
    expect(await sweep('--resume', file, ...changed)).toEqual({
      code: 2,
      stdout: '',
      stderr: `netcmp: ${file} was begun with ${difference} (repeat it as it began, or begin another with --output)\n`,
    })
    expect(fileOf(file).lines).toEqual(lines.slice(0, 3))
    // The same options once more are the same sweep.
    expect(await sweep('--resume', file, '--size', '64,128', '--quiet')).toMatchObject({
      code: 0,
      stderr: '',
    })
  })

  it('by its server tells of it, and tries again what failed', async () => {
    const { server, port } = await startServe(['--host', '127.0.0.1'])
    const file = fresh()
    const target = `127.0.0.1:${port}`
    const client = startNetcmp(['sweep', target, ...args, '--timeout', '300ms', '--output', file, '--quiet'])
    await grows(file)
    server.signal('SIGKILL')
    const { code, stdout, stderr } = await client.exit()
    expect(code).toBe(3)
    expect(stderr).toMatch(/^(tcp|udp): .*\n$/)
    expect(stdout).toMatch(/^PARTIAL/m)
    const { lines } = fileOf(file)
    expect(lines.filter(({ error }) => error !== null).length).toBeGreaterThanOrEqual(6)
    await startServe(['--host', '127.0.0.1', '--port', `${port}`])
    expect(await sweep('--resume', file, '--quiet')).toMatchObject({ code: 0 })
    const document = parseSweep((await netcmp(['report', file, '--format', 'json'])).stdout, 'stdout')
    expect(document.cells.flatMap(({ runs }) => runs).every(({ error }) => error === null)).toBe(true)
  })
})

describe('what cannot be swept is one line and exit code 2', () => {
  const file = fresh()
  writeFileSync(file, 'precious\n')

  it.each([
    [[], 'nothing varies (give an option several values, as --size 64,100..1000, or a --preset)'],
    [['--size', '64'], 'nothing varies'],
    [['--size', '1..100', '--streams', '1..11'], 'a grid of 1100 cells'],
    [['--size', '64,x'], '"x" is not a size'],
    [['--size', '64,70000'], '--size 70000 B is out of range (1 to 65507 B)'],
    [['--workload', 'bulk', '--size', '1,64'], '--size 1 B is out of range (32 to 65507 B)'],
    [['--size', '64,128', '--metric', 'speed'], '--metric "speed" is none (netcmp list metrics names all)'],
    [
      ['--up', 'loss=1%', '--loss', '0,2%'],
      '--loss: --up has its own, which would not vary (take it out of --up)',
    ],
    [
      ['--size', '64,128', '--metric', 'goodputBitsPerSec'],
      '--metric goodputBitsPerSec is of no workload of this sweep (echo)',
    ],
    [['--preset', 'magic'], 'no preset "magic" (there are rtt-by-size, throughput-by-size, megabyte, loss)'],
    [
      ['--size', '64,128', '--output', file],
      `${file} has something in it (go on with it: netcmp sweep --resume ${file}`,
    ],
    [['--size', '64,128', '--output', join(folder, 'none', 'x')], 'cannot write'],
    [['--resume', join(folder, 'none')], `cannot read ${join(folder, 'none')}: no such file`],
    [['--resume', file], `${file}: line 1: not JSON`],
    [['--resume', file, '--output', file], '--resume goes on writing its file'],
    [['localhost', '--loss', '0,1%'], 'the lab has hosts of its own, and a link between them'],
    [['--size', '64,128', '--key', file], '--key is for a server on a host'],
    [['--proto', 'tcp,unix', '--loss', '0,1%'], 'unix: reaches no other host'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await sweep(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr.match(/\n/g)).toHaveLength(1)
    expect(readFileSync(file, 'utf8')).toBe('precious\n')
  })
})
