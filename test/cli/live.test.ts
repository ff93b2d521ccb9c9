import { describe, expect, it } from 'vitest'
import { parseResult } from '../../src/result/read.ts'
import { linesOf, netcmp, startNetcmp } from './run-netcmp.ts'

const QUICK = ['--blocks', '3', '--duration', '20ms', '--workload', 'echo,bulk', '--timeout', '10s']

describe('--json-stream', () => {
  it('prints every run of the document, and the document last', async () => {
    const { code, stdout, stderr } = await netcmp([...QUICK, '--json-stream', '--quiet'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const lines = linesOf(stdout)
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ type: 'result', schema: 'netcmp.result/1' })
    const { runs } = parseResult(lines.at(-1) ?? '', 'the last line')
    expect(lines.slice(0, -1).map((line) => JSON.parse(line))).toEqual(
      runs.map((run) => ({ type: 'run', ...run })),
    )
    expect(runs.length).toBe(3 * 2 * 2)
  })

  it('prints a run as it ends, and an interrupted result last', async () => {
    const command = startNetcmp([...QUICK, '--blocks', '1000', '--json-stream'])
    await command.prints(/"type":"run".*\n/)
    command.signal('SIGINT')
    const { code, stdout } = await command.exit()
    expect(code).toBe(130)
    expect(JSON.parse(linesOf(stdout).at(-1) ?? '')).toMatchObject({ type: 'result', partial: true })
  })

  it.each([
    ['--format', 'csv'],
    ['--output', 'x.json'],
  ])('goes with no %s', async (flag, value) => {
    const { code, stdout, stderr } = await netcmp(['--json-stream', flag, value])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(linesOf(stderr)).toEqual([expect.stringContaining(`cannot be used with option '${flag}`)])
  })
})

describe('--interval', () => {
  it('shorter than a run prints a line for each, the first while it warms up', async () => {
    const { code, stderr } = await netcmp([...QUICK, '--interval', '1us', '--format', 'markdown'])
    expect(code).toBe(0)
    const lines = linesOf(stderr)
    expect(lines.length).toBe(12)
    expect(lines[0]).toMatch(/^[\d.]+ m?s, 1 of 12 runs: warming up$/)
    const figures = String.raw`\S+ \S+ \S+ % lost`
    expect(lines[11]).toMatch(
      new RegExp(
        `^\\S+ m?s, 12 of 12 runs: echo tcp ${figures}, udp ${figures}; bulk tcp ${figures}, udp ${figures}$`,
      ),
    )
  })

  it.each([
    ['longer than the comparison', []],
    ['and --quiet', ['--quiet']],
  ])('%s prints nothing', async (_, args) => {
    const interval = args.length === 0 ? '60m' : '1us'
    const { code, stderr } = await netcmp([...QUICK, '--interval', interval, '--format', 'markdown', ...args])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})
