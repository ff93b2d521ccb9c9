import { ratioOf } from './arrival-counts.ts'
import type { MetricValues } from './metrics.ts'

/** Messages that arrived, but not as they were sent; nothing is known where nobody checks. */
export class Corrupt {
  #count: number | null = null

  begin(): void {
    this.#count ??= 0
  }

  add(count: number): void {
    if (this.#count !== null) this.#count += count
  }

  merge(other: Corrupt): void {
    if (other.#count === null) return
    this.begin()
    this.add(other.#count)
  }

  values(sentCount: number): MetricValues {
    const corruptRatio = this.#count === null ? null : ratioOf(this.#count, sentCount)
    return { corruptCount: this.#count, corruptRatio }
  }
}
