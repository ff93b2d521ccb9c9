import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { transports } from '../../src/registry.ts'
import { writeResult } from '../../src/result/write.ts'
import { Running } from '../cli/run-netcmp.ts'
import { sampleResult } from '../report/sample-result.ts'
import { blocks, readPage, root } from './documents.ts'

const folder = mkdtempSync(join(tmpdir(), 'netcmp-examples-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs an example as a reader does: `netcmp` is found by the package's own name. */
function example(name: string, ...args: string[]) {
  return new Running(process.execPath, [join(root, 'examples', name), ...args]).exit()
}

test('compare-two-transports prints the table of both', async () => {
  const { code, stdout, stderr } = await example('compare-two-transports.mjs')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/TCP +UDP +UDP against TCP, 95 % interval\n/)
  expect(stdout).toMatch(/LATENCY \(round trip\)\n +median +\d/)
})

test.for(transports.map(({ name }) => name))(
  'echo-over-any-transport talks over %s',
  async (name, { skip }) => {
    const why = transports.find((each) => each.name === name)?.unavailable()
    skip(why !== undefined, why)
    const { code, stdout } = await example('echo-over-any-transport.mjs', name)
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^${name}: \\d+ of 100 answered, median \\d+\\.\\d us\\n$`))
  },
)

test('rtt-against-size prints a row for each size', async () => {
  const { code, stdout, stderr } = await example('rtt-against-size.mjs', '64', '1KiB')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const [header, ...rows] = stdout.trimEnd().split('\n')
  expect(header).toBe('bytes,tcp_median_us,udp_median_us,udp_over_tcp,low95,high95')
  expect(rows.map((row) => row.replace(/,\d+\.\d+/g, ',#'))).toEqual(['64,#,#,#,#,#', '1KiB,#,#,#,#,#'])
})

test('read-a-result says what an interval bears out, and no more', async () => {
  const document = sampleResult()
  const file = join(folder, 'run.json')
  writeFileSync(file, writeResult(document))
  const { code, stdout, stderr } = await example('read-a-result.mjs', file)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const [first, ...lines] = stdout.trimEnd().split('\n')
  const last = lines.pop()
  const real = document.verdicts.filter(({ outcome }) => outcome === 'a' || outcome === 'b')
  expect(real.length).toBeGreaterThan(2)
  expect(first).toBe(`tcp and udp, ${document.runs.length} runs`)
  expect(lines.map((line) => line.split(':')[0])).toEqual(
    real.map(({ workload, metric }) => `${workload} ${metric}`),
  )
  expect(last).toMatch(new RegExp(`^${document.verdicts.length - real.length} other comparisons`))
})

test('every example is run here', () => {
  const tests = readFileSync(new URL(import.meta.url), 'utf8')
  const names = readdirSync(join(root, 'examples'))
  expect(names.filter((name) => !tests.includes(`example('${name}'`))).toEqual([])
})

test('the README shows an example as it is', () => {
  const shown = blocks(readPage('README.md'), 'js')
  const files = readdirSync(join(root, 'examples')).map((name) => readPage(`examples/${name}`).text)
  expect(shown).not.toEqual([])
  for (const code of shown) expect(files.some((text) => text.endsWith(code))).toBe(true)
})
