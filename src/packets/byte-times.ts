import type { Stretch } from './tcp-stream.ts'

/** When a byte came, and when it and all before it had come; null: never. */
interface Came {
  readonly cameNs: number | null
  readonly readableNs: number | null
}

const NEVER: Came = { cameNs: null, readableNs: null }

/** When bytes of a stream came, asked for in ascending order. */
export class ByteTimes {
  readonly #stretches: readonly Stretch[]
  #index = 0
  /** So many bytes came without a gap, the last of them then. */
  #wholeBytes = 0
  #wholeNs = 0

  constructor(stretches: readonly Stretch[]) {
    this.#stretches = stretches
  }

  of(offset: number): Came {
    for (; ; this.#index++) {
      const stretch = this.#stretches[this.#index]
      if (stretch === undefined || stretch.from > offset) return NEVER
      const { from, to, atNs } = stretch
      const isWhole = from <= this.#wholeBytes
      if (isWhole) {
        this.#wholeBytes = to
        this.#wholeNs = Math.max(this.#wholeNs, atNs)
      }
      if (offset < to) return { cameNs: atNs, readableNs: isWhole ? this.#wholeNs : null }
    }
  }
}
