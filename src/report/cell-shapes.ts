import type { VerdictWords } from './verdict-words.ts'

/** The table as words, before it is laid out. */
export interface Cells {
  readonly transports: readonly string[]
  readonly groups: readonly CellGroup[]
  /** Why cells are empty, and how to read the figures. */
  readonly notes: readonly string[]
}

export interface CellGroup {
  readonly title: string
  readonly lines: readonly CellLine[]
}

export interface CellLine {
  readonly label: string
  /** One for each transport; empty where it has none, and no reason is called for. */
  readonly values: readonly string[]
  /** One for each transport but the first; empty with one transport, and where nothing is compared. */
  readonly verdicts: readonly CellVerdict[]
}

export interface CellVerdict extends VerdictWords {
  readonly transport: string
}
