import { describe, expect, it } from 'vitest'
import { widthOf } from '../../src/report/text.ts'
import type { Transport } from '../../src/transport/contract.ts'
import { unixgram } from '../../src/unixgram/index.ts'
import { linesOf, netcmp, type Outcome } from './run-netcmp.ts'

const QUICK = ['--blocks', '3', '--duration', '20ms']

/** Breaks when a run fails, says more than its result, or shows what no reader understands. */
function expectCleanTable({ code, stdout, stderr }: Outcome): void {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).not.toMatch(/NaN|undefined|Infinity|\bnull\b|\[object/)
  expect(linesOf(stdout).filter((line) => widthOf(line) > 80)).toEqual([])
  expect(stdout).toMatch(/^netcmp \d+\.\d+\.\d+ {3}(127\.0\.0\.1 \(own server process\)|own server process )/)
}

const whereItCan = <T>(transport: Transport, row: T): T[] =>
  transport.unavailable() === undefined ? [row] : []

/** Every dash in the table has its reason below: the row's name is in a note. */
function rowsWithoutValue(stdout: string): number {
  return linesOf(stdout).filter((line) => / {3}-( |$)/.test(line)).length
}

describe('a comparison of this computer', () => {
  it.each([
    { args: ['--proto', 'udp'], columns: ['UDP'] },
    { args: ['--proto', 'tcp'], columns: ['TCP'] },
    { args: [], columns: ['TCP', 'UDP'] },
    { args: ['--proto', 'unix,tcp,udp'], columns: ['UNIX', 'TCP', 'UDP'] },
    ...whereItCan(unixgram, { args: ['--proto', 'unix,unixgram'], columns: ['UNIX', 'UNIXGRAM'] }),
    ...whereItCan(unixgram, { args: ['--proto', 'unixgram', '--engine', 'native'], columns: ['UNIXGRAM'] }),
  ])('netcmp $args prints a clean table', async ({ args, columns }) => {
    const outcome = await netcmp([...args, ...QUICK])
    expectCleanTable(outcome)
    for (const column of columns) expect(outcome.stdout).toMatch(new RegExp(`\\b${column}\\b`))
    if (rowsWithoutValue(outcome.stdout) > 0) expect(outcome.stdout).toMatch(/^- .+: needs \d+ /m)
  })

  it('netcmp alone ends within its half minute, with an interval for its verdicts', async () => {
    const outcome = await netcmp([])
    expectCleanTable(outcome)
    expect(outcome.stdout).toContain('9 of 10 blocks of 250 ms, seed 1')
    expect(outcome.stdout).toMatch(/^ {2}median .* (no difference shown|\([\d.]+ to [\d.]+\))/m)
    for (const group of [
      'ORDERING',
      'LOSS',
      'LATENCY (round trip)',
      'CONNECTION COST',
      'THROUGHPUT',
      'THE TOOL',
    ])
      expect(outcome.stdout).toContain(group)
  })

  it.each([
    ['of the smallest messages', ['--workload', 'echo,chat', '--size', '32', '--rate', '500']],
    ['of the largest that UDP carries', ['--workload', 'echo', '--size', '65507', '--rate', '100']],
    ['of the largest messages of a room', ['--workload', 'chat', '--size', '65507', '--rate', '20']],
    ['at the pace of the answers', ['--workload', 'echo', '--rate', 'max']],
    ['over four flows, downwards', ['--workload', 'bulk,echo', '--direction', 'down', '--streams', '4']],
    ['both ways', ['--workload', 'bulk', '--direction', 'both']],
    ['over many flows at once', ['--workload', 'connect,bulk,echo', '--streams', '32', '--rate', '50']],
    [
      'at a rate that no computer keeps up with',
      ['--workload', 'echo,bulk', '--rate', '10000000', '--blocks', '1', '--timeout', '2s'],
    ],
    ['with Nagle’s algorithm, over IPv4', ['--workload', 'echo', '--nagle', '-4']],
    ['of a single block', ['--workload', 'echo', '--blocks', '1']],
  ])('prints a clean table %s', async (_, args) => {
    expectCleanTable(await netcmp([...QUICK, '--timeout', '5s', ...args]))
  })
})
