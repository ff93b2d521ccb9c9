import type { LinkConfig } from './impairments.ts'
import type { LinkCounts } from './link-counts.ts'

/** What a link did since it was cut last. */
export interface LinkAccount {
  readonly up: LinkCounts
  readonly down: LinkCounts
}

export type LinkMaker = 'relay' | 'netem'

/** A line to whoever makes the link, in JSON. Lines are answered in any order, by `id`. */
export type LinkRequest =
  | { readonly id: number; readonly ask: 'maker' | 'cut' }
  | ({ readonly id: number; readonly ask: 'impair' } & Pick<LinkConfig, 'up' | 'down'>)

/** The answer to a cut. */
export interface CutAnswer {
  /** A file that whoever asked reads and removes; null: there is none. */
  readonly log: string | null
  /** Null: this maker does not tell one fate from another. */
  readonly counts: LinkAccount | null
  readonly unloggedCount: number
  readonly unseenCount: number
}

export interface LinkAnswer {
  readonly id: number
  readonly maker?: LinkMaker
  readonly cut?: CutAnswer
  /** One line why not. */
  readonly error?: string
}
