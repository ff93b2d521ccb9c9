import type { Run } from './schema.ts'
import type { SweepHead, SweepLine } from './sweep-schema.ts'

/** What names a run within a sweep. */
export function turnKey(
  cell: number,
  { block, workload, transport }: Pick<Run, 'block' | 'workload' | 'transport'>,
): string {
  return `${cell} ${block} ${workload} ${transport}`
}

/** Whether the lines of a file, one after the other, can be runs of the sweep that its first line begins. */
export class SweepTurns {
  readonly #head: SweepHead
  readonly #made = new Set<string>()

  constructor(head: SweepHead) {
    this.#head = head
  }

  /** Why a line cannot be the next; undefined where it can. A run that failed may be made again. */
  whyNot(line: SweepLine): string | undefined {
    const { cells, config } = this.#head
    const { cell, block, transport, workload, error } = line
    if (cell >= cells.length) return `of cell ${cell}, where there are ${cells.length} (from 0)`
    if (!config.transports.includes(transport)) return `over ${transport}, which this sweep does not run`
    if (!config.workloads.includes(workload)) return `of ${workload}, which this sweep does not run`
    const { blocks } = config
    // The only one of a sweep is no warm-up, which has 0.
    const [first, last] = blocks === 1 ? [1, 1] : [0, blocks - 1]
    if (block < first || block > last) return `of block ${block}, where there are ${first} to ${last}`
    const key = turnKey(cell, line)
    if (this.#made.has(key))
      return `a run that a line before it has already (cell ${cell}, block ${block}, ${workload} over ${transport})`
    if (error === null) this.#made.add(key)
    return undefined
  }
}
