/** How long transfers of a fixed length took, as the mean of those that were whole. */
export class Completion {
  #wholeCount = 0
  #sumNs = 0

  /** One that was whole took so long. */
  record(elapsedNs: number): void {
    this.#wholeCount++
    this.#sumNs += elapsedNs
  }

  merge(other: Completion): void {
    this.#wholeCount += other.#wholeCount
    this.#sumNs += other.#sumNs
  }

  values(): { transferNs: number | null } {
    return { transferNs: this.#wholeCount > 0 ? this.#sumNs / this.#wholeCount : null }
  }
}
