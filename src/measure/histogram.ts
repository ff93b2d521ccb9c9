// 2048 buckets to the octave. Adding 2048 to a value makes the lowest buckets exactly one whole value wide.
const MANTISSA_BITS = 11
const PER_OCTAVE = 1 << MANTISSA_BITS
const OCTAVES = 33
const TOP = OCTAVES * PER_OCTAVE - 1

// Integer arithmetic finds a bucket fastest; a value too long for it is first shortened by 13 octaves.
const SHORT = 2 ** 31 - PER_OCTAVE
const OCTAVES_SHORTENED = 13

/** Shares such as 0.999 are not exact doubles: 1000 values must still be enough for it. */
const ROUNDING = 1e-12

function bucketOf(value: number): number {
  const raised = value + PER_OCTAVE
  const octavesShortened = value < SHORT ? 0 : OCTAVES_SHORTENED
  const short = Math.min(raised / 2 ** octavesShortened, 2 ** 31 - 1)
  const octave = 31 - MANTISSA_BITS - Math.clz32(short)
  return Math.min(((octave + octavesShortened - 1) << MANTISSA_BITS) + (short >> octave), TOP)
}

/** The whole value in the middle of a bucket. */
function middleOf(bucket: number): number {
  const width = 2 ** (bucket >>> MANTISSA_BITS)
  const lowest = (PER_OCTAVE + (bucket & (PER_OCTAVE - 1))) * width - PER_OCTAVE
  return lowest + Math.floor((width - 1) / 2)
}

/**
 * Values from 0 counted in buckets, log-linear: a percentile is off by at most 0.05 % of itself, and whole values
 * below 2048 are exact. Above 2^43 (in ns, 2.4 hours) only `min`, `max` and `mean` are. Recording allocates nothing.
 */
export class Histogram {
  // Untouched pages cost nothing: a run's values lie in few of them, and a comparison makes hundreds of histograms.
  readonly #counts = new Uint32Array(TOP + 1)
  #sum = 0
  #min = Number.POSITIVE_INFINITY
  #max = Number.NEGATIVE_INFINITY
  #rejectedCount = 0

  record(value: number): void {
    let bucket: number
    if (value >= 0 && value < SHORT) {
      // bucketOf, in as few instructions as an int32 takes.
      const raised = (value + PER_OCTAVE) | 0
      const octave = 31 - MANTISSA_BITS - Math.clz32(raised)
      bucket = (((octave - 1) << MANTISSA_BITS) + (raised >> octave)) | 0
    } else if (value >= 0 && value < Number.POSITIVE_INFINITY) {
      bucket = bucketOf(value)
    } else {
      this.#rejectedCount++
      return
    }
    const counts = this.#counts
    counts[bucket] = (counts[bucket] as number) + 1
    this.#sum += value
    if (value < this.#min) this.#min = value
    if (value > this.#max) this.#max = value
  }

  /** How many values; counted when asked, since a percentile is asked for far more seldom than a value comes. */
  get count(): number {
    let count = 0
    for (let bucket = this.#lowest; bucket <= this.#highest; bucket++) count += this.#counts[bucket] as number
    return count
  }

  /** Values that were negative or not finite: they are counted nowhere else. */
  get rejectedCount(): number {
    return this.#rejectedCount
  }

  /** Null when empty, as are `max` and `mean`. */
  get min(): number | null {
    return this.#isEmpty ? null : this.#min
  }

  get max(): number | null {
    return this.#isEmpty ? null : this.#max
  }

  /** Exact while the values add up to less than 2^53. */
  get mean(): number | null {
    return this.#isEmpty ? null : this.#sum / this.count
  }

  get #isEmpty(): boolean {
    return this.#max < this.#min
  }

  /** The buckets that hold values lie from here to `#highest`. */
  get #lowest(): number {
    return this.#isEmpty ? 0 : bucketOf(this.#min)
  }

  get #highest(): number {
    return this.#isEmpty ? -1 : bucketOf(this.#max)
  }

  /**
   * The value that a share `p` (0..1) of the values did not exceed, by nearest rank. Null where fewer were recorded
   * than it takes for one to lie beyond it: the 99th percentile needs 100, the 90th 10; the median and below need 1.
   */
  percentile(p: number): number | null {
    if (p === 1) return this.max
    const count = this.count
    const enough = p <= 0.5 ? count > 0 : count * (1 - p) >= 1 - ROUNDING
    return enough ? (this.#ranked(count, [p])[0] as number) : null
  }

  /** The values at `n` evenly spaced percentiles from 1 to 99, however few values they stand on; null under two. */
  quantiles(n: number): number[] | null {
    const count = this.count
    if (count < 2) return null
    const step = n > 1 ? 0.98 / (n - 1) : 0
    return this.#ranked(
      count,
      Array.from({ length: n }, (_, index) => 0.01 + index * step),
    )
  }

  merge(other: Histogram): void {
    const counts = this.#counts
    const added = other.#counts
    for (let bucket = other.#lowest; bucket <= other.#highest; bucket++) {
      counts[bucket] = (counts[bucket] as number) + (added[bucket] as number)
    }
    this.#sum += other.#sum
    this.#min = Math.min(this.#min, other.#min)
    this.#max = Math.max(this.#max, other.#max)
    this.#rejectedCount += other.#rejectedCount
  }

  /** The values at rising shares of a histogram that is not empty, in one pass. */
  #ranked(count: number, shares: readonly number[]): number[] {
    let bucket = this.#lowest
    let passed = this.#counts[bucket] as number
    return shares.map((share) => {
      const rank = Math.ceil(share * count * (1 - ROUNDING))
      while (passed < rank && bucket < TOP) passed += this.#counts[++bucket] as number
      return Math.min(Math.max(middleOf(bucket), this.#min), this.#max)
    })
  }
}
