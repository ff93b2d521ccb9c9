import { createRandom, shuffled } from '../core/random.ts'
import type { Transport } from '../transport/contract.ts'
import type { WorkloadName } from '../workload/names.ts'

/** One run of a sweep. */
export interface SweepTurn {
  /** Its number in the grid. */
  readonly cell: number
  readonly of: Transport
  readonly workload: WorkloadName
  readonly block: number
}

export interface SweepShape {
  readonly cells: number
  readonly transports: readonly Transport[]
  readonly workloads: readonly WorkloadName[]
  /** The first warms up and is not counted, where there is more than one. */
  readonly blocks: number
  readonly seed: number
}

/**
 * Every run in order: block by block through the whole grid, so that what drifts hits all cells alike. The order of the
 * cells in each block, and of the transports in each cell, is drawn from the seed; it does not depend on where a sweep
 * was cut short.
 */
export function* sweepSchedule(shape: SweepShape): Generator<SweepTurn> {
  const { transports, workloads, blocks, seed } = shape
  const random = createRandom(seed)
  const cells = Array.from({ length: shape.cells }, (_, cell) => cell)
  for (let block = blocks === 1 ? 1 : 0; block < Math.max(blocks, 2); block++) {
    for (const cell of shuffled(cells, random)) {
      for (const workload of workloads) {
        for (const of of shuffled(transports, random)) yield { cell, of, workload, block }
      }
    }
  }
}

export function runCount({ cells, transports, workloads, blocks }: SweepShape): number {
  return cells * transports.length * workloads.length * blocks
}
