import { describe, expect, it } from 'vitest'
import { runCount, type SweepShape, sweepSchedule } from '../../src/sweep/schedule.ts'
import { tcp } from '../../src/tcp/index.ts'
import { udp } from '../../src/udp/index.ts'

const shape: SweepShape = {
  cells: 5,
  transports: [tcp, udp],
  workloads: ['echo', 'bulk'],
  blocks: 3,
  seed: 1,
}

const turnsOf = (changed: Partial<SweepShape> = {}) =>
  [...sweepSchedule({ ...shape, ...changed })].map(({ cell, of, workload, block }) => ({
    cell,
    workload,
    transport: of.name,
    block,
  }))

describe('the order of a sweep', () => {
  it('has every run once', () => {
    const turns = turnsOf()
    const names = turns.map((turn) => Object.values(turn).join(' '))
    expect(turns).toHaveLength(runCount(shape))
    expect(new Set(names).size).toBe(5 * 2 * 2 * 3)
  })

  it('goes through the whole grid in each block, and to the next only then', () => {
    const blocks = turnsOf().map(({ block }) => block)
    expect(blocks).toEqual([0, 1, 2].flatMap((block) => Array.from({ length: 20 }, () => block)))
    // Within a block each cell is left only when it is through.
    const cells = turnsOf().map(({ cell }) => cell)
    for (let at = 0; at < cells.length; at += 4) expect(new Set(cells.slice(at, at + 4)).size).toBe(1)
  })

  it('runs the workloads of a cell in their order, each over all transports in succession', () => {
    const turns = turnsOf()
    for (let at = 0; at < turns.length; at += 4) {
      const workloads = turns.slice(at, at + 4).map(({ workload }) => workload)
      expect(workloads).toEqual(['echo', 'echo', 'bulk', 'bulk'])
    }
  })

  it('draws cells and transports from the seed, anew in every block', () => {
    const order = (block: number, seed: number) =>
      turnsOf({ seed })
        .filter((turn) => turn.block === block)
        .map(({ cell, transport }) => `${cell}${transport}`)
        .join()
    expect(order(1, 1)).toBe(order(1, 1))
    expect(new Set([order(0, 1), order(1, 1), order(2, 1), order(0, 2), order(1, 2)]).size).toBe(5)
  })

  it('counts a single block', () => {
    expect(new Set(turnsOf({ blocks: 1 }).map(({ block }) => block))).toEqual(new Set([1]))
  })
})
