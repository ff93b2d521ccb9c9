/** From the first whole number to the one behind the last. */
export type Span = readonly [from: number, to: number]

/** Which whole numbers have been seen: disjoint spans in order, none touching the next. */
export class Coverage {
  readonly #from: number[] = []
  readonly #to: number[] = []

  /** Covers a span, and returns those parts of it that were not covered before, in order. */
  add(from: number, to: number): Span[] {
    if (!(from < to)) return []
    const first = this.#firstEndingAt(from)
    const fresh: Span[] = []
    let [at, start, end] = [from, from, to]
    let next = first
    for (; next < this.#from.length && (this.#from[next] as number) <= to; next++) {
      const [knownFrom, knownTo] = [this.#from[next] as number, this.#to[next] as number]
      if (knownFrom > at) fresh.push([at, knownFrom])
      at = knownTo
      start = Math.min(start, knownFrom)
      end = Math.max(end, knownTo)
    }
    if (at < to) fresh.push([at, to])
    this.#from.splice(first, next - first, start)
    this.#to.splice(first, next - first, end)
    return fresh
  }

  /** False for NaN. */
  covers(from: number, to: number): boolean {
    const index = this.#firstEndingAt(to)
    return to <= (this.#to[index] ?? Number.NaN) && (this.#from[index] as number) <= from
  }

  /** Some of a span has been seen. */
  meets(from: number, to: number): boolean {
    const index = this.#firstEndingAt(from + 1)
    return from < to && (this.#from[index] ?? Number.POSITIVE_INFINITY) < to
  }

  /** The first span that ends at `at` or behind it. */
  #firstEndingAt(at: number): number {
    let low = 0
    let high = this.#to.length
    // What is new mostly lies behind all there was.
    if (high > 0 && (this.#to[high - 1] as number) < at) return high
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#to[middle] as number) < at) low = middle + 1
      else high = middle
    }
    return low
  }
}
