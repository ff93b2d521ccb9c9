import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { isMetricId, metricOf } from '../../src/measure/metrics.ts'
import { render } from '../../src/report/render.ts'
import { parseResult } from '../../src/result/read.ts'
import type { ResultDocument } from '../../src/result/schema.ts'
import { netcmp } from './run-netcmp.ts'

const folder = mkdtempSync(join(tmpdir(), 'netcmp-formats-'))
const saved = join(folder, 'run.json')
const FORMATS = ['table', 'json', 'csv', 'markdown'] as const

let document: ResultDocument

beforeAll(async () => {
  const args = ['--duration', '20ms', '--blocks', '3', '--format', 'json', '--output', saved]
  expect(await netcmp([...args, '--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' })
  document = parseResult(readFileSync(saved, 'utf8'), saved)
})

function report(...args: string[]) {
  return netcmp(['report', ...args])
}

/** RFC 4180: cells between commas, quoted where they hold a comma or a quote, which is then doubled. */
function parseCsv(text: string): string[][] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
      ),
    )
}

describe('what a comparison saves', () => {
  it('is a document of the schema, enough to repeat the run', () => {
    expect(document).toMatchObject({
      schema: 'netcmp.result/1',
      partial: false,
      config: {
        transports: ['tcp', 'udp'],
        blocks: 3,
        durationNs: 20e6,
        seed: 1,
        target: 'own server process',
      },
    })
    expect(document.tool.command).toContain('--output')
    // Every run of every block, the warm-up among them.
    expect(document.runs).toHaveLength(3 * 4 * 2)
    expect(document.runs.every(({ error }) => error === null)).toBe(true)
    expect(document.summary).toHaveLength(4 * 2)
  })

  it('bounds where UDP lost messages, in every run; not in a chat, and not over TCP', ({ skip }) => {
    skip(process.platform !== 'linux', 'only Linux tells what a host dropped')
    for (const { transport, workload, metrics } of [...document.runs, ...document.summary]) {
      const { hostLossRatio, pathLossRatio, lossRatio } = metrics
      if (transport === 'tcp' || workload === 'chat') {
        expect({ hostLossRatio, pathLossRatio }).toEqual({ hostLossRatio: null, pathLossRatio: null })
      } else {
        expect((hostLossRatio ?? Number.NaN) + (pathLossRatio ?? Number.NaN)).toBeLessThanOrEqual(
          (lossRatio ?? Number.NaN) + Number.EPSILON,
        )
      }
    }
  })

  it.each(FORMATS)('is drawn again as %s, from a file or standard input, always the same', async (format) => {
    const first = await report(saved, '--format', format)
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toBe(render(document, { format, columns: 80, color: false }))
    const again = join(folder, 'again.json')
    writeFileSync(again, (await report(saved, '--format', 'json')).stdout)
    expect(await report(again, '--format', format)).toEqual(first)
    expect(await netcmp(['report', '-', '--format', format], readFileSync(saved, 'utf8'))).toEqual(first)
  })

  it('stays the same bytes as json', async () => {
    expect((await report(saved, '--format', 'json')).stdout).toBe(readFileSync(saved, 'utf8'))
  })

  it('has in csv a row for each run and metric, with the unrounded value', async () => {
    const [header, ...rows] = parseCsv((await report(saved, '--format', 'csv')).stdout)
    expect(header?.join()).toBe('transport,workload,block,counted,engine,metric,unit,value,error')
    const expected = document.runs.flatMap((run) =>
      Object.entries(run.metrics).map(([id, value]) => [
        run.transport,
        run.workload,
        String(run.block),
        String(run.block >= 1),
        run.engine,
        id,
        isMetricId(id) ? metricOf(id).unit : '',
        value === null ? '' : String(value),
        '',
      ]),
    )
    expect(rows).toEqual(expected)
  })

  it('has in markdown a table whose rows all have as many cells', async () => {
    const { stdout } = await report(saved, '--format', 'markdown')
    const rows = stdout.split('\n').filter((line) => line.startsWith('|'))
    expect(rows.length).toBeGreaterThan(10)
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(5)
  })
})

describe('a saved result that was damaged', () => {
  it.each([
    ['cut off', (text: string) => text.slice(0, text.length / 2), 'not JSON: '],
    [
      'a number made a text',
      (text: string) => text.replace('"blocks": 3', '"blocks": "3"'),
      'at config.blocks: ',
    ],
    [
      'a metric made a text',
      (text: string) => text.replace(/"sentCount": \d+/, '"sentCount": "9"'),
      'at runs.0.metrics.sentCount: ',
    ],
    ['a part missing', (text: string) => text.replace('"host"', '"hosts"'), 'at host: missing'],
  ])('%s, is one line and exit code 2', async (name, damage, why) => {
    const file = join(folder, `${name}.json`)
    writeFileSync(file, damage(readFileSync(saved, 'utf8')))
    const { code, stdout, stderr } = await report(file)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.startsWith(`${file}: ${why}`)).toBe(true)
    expect(stderr.match(/\n/g)).toHaveLength(1)
  })
})

describe('a comparison prints itself', () => {
  it.each(['csv', 'markdown'] as const)('as %s', async (format) => {
    const { code, stdout, stderr } = await netcmp(['--duration', '20ms', '--blocks', '2', '--format', format])
    expect(code).toBe(0)
    // Only warnings, which csv has no place for.
    expect(stderr).toMatch(format === 'csv' ? /^(warning: .*\n)*$/ : /^$/)
    expect(stdout.startsWith(format === 'csv' ? 'transport,workload,' : 'netcmp ')).toBe(true)
    expect(stdout).not.toMatch(/NaN|undefined|Infinity/)
  })

  it('into a file, and says nothing on the screen', async () => {
    const file = join(folder, 'table.txt')
    const args = ['--workload', 'echo', '--duration', '20ms', '--blocks', '2', '--output', file]
    expect(await netcmp(args)).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(readFileSync(file, 'utf8')).toMatch(/^netcmp [\s\S]*LATENCY/)
  })
})

describe('where the result cannot be written', () => {
  const quick = ['--workload', 'echo', '--duration', '20ms', '--blocks', '2']

  it('nothing is measured, if that shows beforehand', async () => {
    const file = join(folder, 'none', 'run.json')
    expect(await netcmp([...quick, '--output', file])).toEqual({
      code: 2,
      stdout: '',
      stderr: `netcmp: cannot write ${file}: no such folder\n`,
    })
    expect(await netcmp([...quick, '--output', folder])).toEqual({
      code: 2,
      stdout: '',
      stderr: `netcmp: cannot write ${folder}: it is a folder\n`,
    })
  })

  it('standard output gets it, if that shows afterwards', async ({ skip }) => {
    skip(!existsSync('/dev/full'), 'this computer has no /dev/full')
    const { code, stdout, stderr } = await netcmp([...quick, '--output', '/dev/full', '--format', 'json'])
    expect(parseResult(stdout, 'stdout').partial).toBe(false)
    expect({ code, stderr: stderr.replaceAll(/^warning: .*\n/gm, '') }).toEqual({
      code: 1,
      stderr:
        'netcmp: cannot write /dev/full: the disk is full; the result went to standard output instead\n',
    })
  })
})
