import type { LinkConfig } from './impairments.ts'
import type { LinkAccount, LinkMaker } from './link-messages.ts'

/** What happened on a link since it was cut last. */
export interface LinkCut {
  /** Every packet's fate (src/packets/packet-log.ts); null: this maker keeps none, or it could not be written. */
  readonly log: Uint8Array | null
  /** Null: this maker does not tell one fate from another. */
  readonly counts: LinkAccount | null
  /** Packets that are counted, and have no record in the log. */
  readonly unloggedCount: number
  /** Packets that the host dropped before the link saw them: neither counted nor logged. */
  readonly unseenCount: number
}

/** What joins the two hosts of a lab. */
export interface Link {
  readonly maker: LinkMaker
  /** From the next packet on. Throws BAD_VALUE. */
  impair(config: Pick<LinkConfig, 'up' | 'down'>): Promise<void>
  /**
   * Waits until nothing is under way (nothing came or left for a moment; two seconds at most), and ends the run: its log
   * and its counts are handed over, and packets are numbered from 1 again. What is under way even then belongs to the run
   * that ends.
   */
  cut(): Promise<LinkCut>
  /** Lets go of it. */
  close(): Promise<void>
}
