/** Losses told in sending order, and the runs of consecutive ones: the loss periods of RFC 3357. */
export class LossRuns {
  lostCount = 0
  burstCount = 0
  /** Messages in the longest run. */
  burstMax = 0
  #run = 0

  /** The next `count` messages were lost. */
  lost(count: number): void {
    if (!(count > 0)) return
    if (this.#run === 0) this.burstCount++
    this.#run += count
    this.lostCount += count
    if (this.#run > this.burstMax) this.burstMax = this.#run
  }

  /** Judges the next `count` (at most 32) messages: a bit of `seen`, lowest first, is 1 where one arrived. */
  judge(seen: number, count: number): void {
    if (seen === 0) return this.lost(count)
    if (~seen === 0) {
      this.#run = 0
      return
    }
    for (let bit = 0; bit < count; bit++) {
      if ((seen & (1 << bit)) === 0) this.lost(1)
      else this.#run = 0
    }
  }

  copy(): LossRuns {
    const copy = new LossRuns()
    copy.lostCount = this.lostCount
    copy.burstCount = this.burstCount
    copy.burstMax = this.burstMax
    copy.#run = this.#run
    return copy
  }
}
