import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { diffResults } from '../../src/compare/diff.ts'
import { renderDiff } from '../../src/report/diff/render.ts'
import type { ResultDocument } from '../../src/result/schema.ts'
import { writeResult } from '../../src/result/write.ts'
import { sampleResult } from '../report/sample-result.ts'
import { netcmp } from './run-netcmp.ts'

const folder = mkdtempSync(join(tmpdir(), 'netcmp-diff-'))
const file = (name: string) => join(folder, `${name}.json`)

const before = sampleResult({ workloads: ['connect'] })

/** Every first reply takes a tenth longer. */
function slower(): ResultDocument {
  const runs = before.runs.map((run) => ({
    ...run,
    metrics: { ...run.metrics, firstReplyP50Ns: (run.metrics.firstReplyP50Ns ?? 0) * 1.1 },
  }))
  return { ...before, runs }
}

beforeAll(() => {
  writeFileSync(file('before'), writeResult(before))
  writeFileSync(file('slower'), writeResult(slower()))
  writeFileSync(file('larger'), writeResult({ ...before, config: { ...before.config, sizeBytes: 1400 } }))
  writeFileSync(file('udp'), writeResult(sampleResult({ workloads: ['connect'], transports: ['udp'] })))
  writeFileSync(file('tcp'), writeResult(sampleResult({ workloads: ['connect'], transports: ['tcp'] })))
  writeFileSync(file('broken'), '{"schema":"netcmp.result/1"}')
})

describe('netcmp diff', () => {
  it.each(['table', 'json', 'csv', 'markdown'] as const)(
    'of a result with itself is 0, as %s',
    async (format) => {
      const self = { name: file('before'), document: before }
      expect(await netcmp(['diff', self.name, self.name, '--format', format])).toEqual({
        code: 0,
        stdout: renderDiff(diffResults(self, self), { format, columns: 80, color: false }),
        stderr: '',
      })
    },
  )

  it('ends with 4 where the second is worse, in one line after the result', async () => {
    const { code, stdout, stderr } = await netcmp(['diff', file('before'), file('slower')])
    expect(code).toBe(4)
    expect(stderr).toBe(
      `netcmp: ${file('slower')} is worse than ${file('before')}: tcp.connect.firstReplyP50Ns, udp.connect.firstReplyP50Ns (--threshold 5% overlooks small changes)\n`,
    )
    expect(stdout).toMatch(/firstReplyP50 .* 1\.10x \(1\.09 to 1\.11\) {2}later/)
    expect((await netcmp(['diff', file('slower'), file('before')])).code).toBe(0)
  })

  it.each([
    ['9%', 4],
    ['0.09', 4],
    ['11%', 0],
    ['0.11', 0],
  ])('past a threshold of %s ends with %i', async (threshold, code) => {
    expect(await netcmp(['diff', file('before'), file('slower'), '--threshold', threshold])).toMatchObject({
      code,
    })
  })

  it('takes one of them from standard input, and writes to a file', async () => {
    const output = join(folder, 'diff.txt')
    const text = readFileSync(file('slower'), 'utf8')
    const args = ['diff', file('before'), '-', '--threshold', '50%', '--output', output]
    expect(await netcmp(args, text)).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(readFileSync(output, 'utf8')).toContain('\nB: standard input   netcmp ')
  })

  it('warns of other settings: in the table, and beside json', async () => {
    const warning =
      'warning: A and B did not run alike, which may explain a difference: sizeBytes (64 and 1400)'
    const args = ['diff', file('before'), file('larger')]
    const table = await netcmp(args)
    expect(table).toMatchObject({ code: 0, stderr: '' })
    expect(table.stdout.replace(/\n {2}/g, ' ')).toContain(warning)
    expect(await netcmp([...args, '--format', 'json'])).toMatchObject({ code: 0, stderr: `${warning}\n` })
  })

  it.each([
    [[file('before'), file('broken')], `${file('broken')}: at partial: missing`],
    [[file('none'), file('before')], `netcmp: cannot read ${file('none')}: no such file`],
    [[file('before')], "netcmp: missing required argument 'b' (see netcmp --help)"],
    [
      [file('before'), file('before'), '--threshold', '-5%'],
      'netcmp: "-5%" is not a share (write 0.05 or 5%)',
    ],
    [
      [file('tcp'), file('udp')],
      `netcmp: nothing to compare: no workload was measured over the same transport in ${file('tcp')} and ${file('udp')} (run both with the same --proto and --workload)`,
    ],
  ])('%j is one line and exit code 2', async (args, line) => {
    expect(await netcmp(['diff', ...args])).toEqual({ code: 2, stdout: '', stderr: `${line}\n` })
  })
})
