import { existsSync, mkdtempSync, rmSync, statSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { parseSweep } from '../../src/result/sweep-file.ts'
import { netcmp, startNetcmp } from '../cli/run-netcmp.ts'
import { needsLab } from '../cli/tools.ts'
import { leftOf, treeOf, until } from './lab-processes.ts'

const QUICK = ['--duration', '100ms', '--rate', '400', '--quiet']

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'netcmp-sweep-lab-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

it('a sweep of losses runs in the lab: each cell over its own link, and what UDP lost was lost there', async (context) => {
  needsLab(context)
  // A dial may lose its first packet twice.
  const args = ['sweep', '--loss', '0,5%', ...QUICK, '--timeout', '3500ms', '--blocks', '2', '--seed', '5']
  const { code, stdout, stderr } = await netcmp([...args, '--format', 'json'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const document = parseSweep(stdout, 'stdout')
  expect(document).toMatchObject({
    partial: false,
    parameters: [{ id: 'lossRatio', values: [0, 0.05] }],
    link: { maker: 'relay', seed: 5, up: { lossRatio: 0 } },
    config: { target: 'server:7117' },
  })
  expect(document.figures.map(({ metric }) => metric)).toEqual(['rttP50Ns', 'rttP99Ns', 'lossRatio'])
  expect(document.tool.command?.slice(0, 3)).toEqual(['sweep', '--loss', '0,5%'])
  for (const { parameters, runs } of document.cells) {
    expect(runs).toHaveLength(2 * 2)
    let lostPackets = 0
    for (const { transport, metrics, link, error } of runs) {
      expect(error).toBe(null)
      const packets = (link?.up.lostCount ?? Number.NaN) + (link?.down.lostCount ?? Number.NaN)
      lostPackets += packets
      const lost = Math.round((metrics.lossRatio ?? Number.NaN) * (metrics.sentCount ?? Number.NaN))
      if (transport === 'tcp') expect(lost).toBe(0)
      else expect(lost).toBeLessThanOrEqual(packets)
    }
    if (parameters.lossRatio === 0) expect(lostPackets).toBe(0)
    else expect(lostPackets).toBeGreaterThan(0)
  }
  const lossOf = (cell: number, transport: string) =>
    document.cells[cell]?.summary.find((each) => each.transport === transport)?.metrics.lossRatio
  expect([lossOf(0, 'tcp'), lossOf(0, 'udp'), lossOf(1, 'tcp')]).toEqual([0, 0, 0])
  expect(lossOf(1, 'udp')).toBeGreaterThan(0)
})

it('killed with its lab, it goes on in another where it stopped', async (context) => {
  needsLab(context)
  const inside = folder()
  const file = join(inside, 'loss.jsonl')
  const killed = startNetcmp(['sweep', '--delay', '0,10ms', ...QUICK, '--blocks', '6', '--output', file])
  await new Promise<void>((resolve) => {
    const watcher = watch(inside, () => {
      if (!existsSync(file) || statSync(file).size < 12_000) return
      watcher.close()
      resolve()
    })
  })
  const tree = treeOf(killed.pid)
  killed.signal('SIGKILL')
  await killed.exit()
  expect(tree.length).toBeGreaterThan(5)
  await until(() => leftOf(tree).length === 0)
  const again = await netcmp(['sweep', '--resume', file, '--quiet', '--format', 'json'])
  expect(again).toMatchObject({ code: 0, stderr: '' })
  const document = parseSweep(again.stdout, 'stdout')
  expect(document.partial).toBe(false)
  for (const { parameters, runs } of document.cells) {
    expect(runs).toHaveLength(6 * 2)
    const least = 2 * Number(parameters.delayNs)
    for (const { metrics } of runs) expect(metrics.rttMinNs).toBeGreaterThanOrEqual(least)
  }
  expect((await netcmp(['sweep', '--resume', file, '--delay', '0,20ms'])).stderr).toContain(
    'was begun with delayNs 0,10000000, not 0,20000000',
  )
})

it('--preset loss has what it needs here, or says in one line what is missing', async (context) => {
  needsLab(context)
  const few = ['--blocks', '1', '--duration', '200ms', '--loss', '0,5%', '--format', 'json', '--quiet']
  const { code, stdout } = await netcmp(['sweep', '--preset', 'loss', ...few])
  expect(code).toBe(0)
  const { cells, figures } = parseSweep(stdout, 'stdout')
  expect(cells.map(({ parameters }) => parameters.lossRatio)).toEqual([0, 0.05])
  expect(figures.map(({ workload, metric }) => `${workload}.${metric}`)).toEqual([
    'echo.rttP50Ns',
    'echo.rttP99Ns',
    'echo.lossRatio',
    'bulk.goodputBitsPerSec',
  ])
  for (const { summary } of cells) expect(summary).toHaveLength(4)
})
