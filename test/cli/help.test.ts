import { describe, expect, it } from 'vitest'
import { version } from '../../src/core/version.ts'
import { metrics } from '../../src/measure/metrics.ts'
import { transports } from '../../src/registry.ts'
import { workloadNames } from '../../src/workload/names.ts'
import { linesOf, netcmp } from './run-netcmp.ts'

const COMMANDS = [
  'serve',
  'echo',
  'chat',
  'lab',
  'sweep',
  'list',
  'report',
  'diff',
  'roster',
  'discover',
  'doctor',
  'trace',
]

describe('help', () => {
  it.each([[[]], ...COMMANDS.map((command) => [[command]])])(
    'netcmp %j --help has examples and fits 80 columns',
    async (command) => {
      const { code, stdout, stderr } = await netcmp([...command, '--help'])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(new RegExp(`^Usage: ${['netcmp', ...command].join(' ')} `))
      expect(stdout.split('\nExamples:\n')[1]).toMatch(/^ {2}.*(netcmp|nc) /)
      expect(linesOf(stdout).filter((line) => line.length > 80)).toEqual([])
      expect(stdout).not.toMatch(/undefined|--embedded|--link-control|lab-/)
    },
  )

  it('of netcmp names every command, transport, workload and exit code', async () => {
    const { stdout } = await netcmp(['--help'])
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'))
    for (const code of [
      '0 done',
      '1 netcmp failed',
      '2 wrong usage',
      '3 the network',
      '4 a limit',
      '130 interrupted',
    ])
      expect(stdout).toContain(code)
  })

  it('--version is that of the package', async () => {
    expect(await netcmp(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })
})

describe('netcmp list', () => {
  it.each([
    ['transports', transports.map(({ name }) => name)],
    ['workloads', workloadNames],
    ['metrics', Object.values(metrics).map(({ id }) => id)],
    ['presets', ['rtt-by-size', 'throughput-by-size', 'megabyte', 'loss']],
  ] as const)('%s has an entry for each, and fits 80 columns', async (what, names) => {
    const { code, stdout, stderr } = await netcmp(['list', what])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const entries = linesOf(stdout).filter((line) => !line.startsWith(' '))
    expect(entries.map((line) => line.split(' ')[0])).toEqual([...names])
    expect(linesOf(stdout).filter((line) => line.length > 80)).toEqual([])
    expect(stdout).not.toMatch(/undefined|NaN/)
  })

  it.each([
    ['40', 40],
    ['7', 80],
    ['wide', 80],
  ])('outside of a terminal is as wide as COLUMNS=%s says, if that will do: %i', async (COLUMNS, most) => {
    const { stdout } = await netcmp(['list', 'transports'], '', { COLUMNS })
    const longest = Math.max(...linesOf(stdout).map((line) => line.length))
    expect(longest).toBeLessThanOrEqual(most)
    expect(longest).toBeGreaterThan(most / 2)
  })
})
