import { FateCode } from '../packets/packet-log.ts'
import { type Draws, Purpose } from './draws.ts'
import { type Impairments, noImpairments } from './impairments.ts'

/** Which packets of a direction are lost on the way: by the drop list, each by itself, or in bursts. */
export class Doom {
  readonly #draws: Draws
  #impairments = noImpairments
  #isBurst = false
  /** The range of the drop list that is the next to end. */
  #range = 0

  constructor(draws: Draws) {
    this.#draws = draws
  }

  /** From the next packet on. A burst under way goes on where bursts are as they were. */
  change(impairments: Impairments): void {
    const [before, after] = [this.#impairments.burstLoss, impairments.burstLoss]
    if (before?.p !== after?.p || before?.r !== after?.r) this.#isBurst = false
    this.#impairments = impairments
    this.#range = 0
  }

  /** Numbers of the run begin anew. */
  beginRun(): void {
    this.#range = 0
  }

  /** Once for each packet, in order: its number, and the one in its run. FateCode.delivered: it is spared here. */
  of(number: number, runNumber: number): number {
    const isBurst = this.#step(number)
    if (this.#isListed(runNumber)) return FateCode.dropped
    const { lossRatio } = this.#impairments
    if (lossRatio > 0 && this.#draws.shareOf(Purpose.LOSS, number) < lossRatio) return FateCode.lost
    return isBurst ? FateCode['burst-lost'] : FateCode.delivered
  }

  /** The chain goes on with every packet, whatever else happens to it (Gilbert 1960, Elliott 1963). */
  #step(number: number): boolean {
    const { burstLoss } = this.#impairments
    if (burstLoss === null) return false
    const changes = this.#draws.shareOf(Purpose.BURST, number) < (this.#isBurst ? burstLoss.r : burstLoss.p)
    if (changes) this.#isBurst = !this.#isBurst
    return this.#isBurst
  }

  #isListed(runNumber: number): boolean {
    const { drop } = this.#impairments
    for (; this.#range < drop.length; this.#range++) {
      const [first, last] = drop[this.#range] as readonly [number, number]
      if (runNumber < first) return false
      if (runNumber <= last) return true
    }
    return false
  }
}
