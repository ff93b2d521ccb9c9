import type { LinkConfig } from './impairments.ts'
import type { LinkCounts } from './link-counts.ts'

/** What a link did since it was cut last. */
export interface LinkAccount {
  readonly up: LinkCounts
  readonly down: LinkCounts
}

/** A line to the relay, in JSON. Lines are answered in any order, by `id`. */
export type LinkRequest =
  | ({ readonly id: number; readonly ask: 'impair' } & Pick<LinkConfig, 'up' | 'down'>)
  | { readonly id: number; readonly ask: 'cut' }

/** The relay's answer to a cut. */
export interface CutAnswer {
  /** A file that whoever asked reads and removes; null: there is none. */
  readonly log: string | null
  readonly counts: LinkAccount
  readonly unloggedCount: number
  readonly unseenCount: number
}

export interface LinkAnswer {
  readonly id: number
  readonly cut?: CutAnswer
  /** One line why not. */
  readonly error?: string
}
