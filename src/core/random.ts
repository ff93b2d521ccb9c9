/** A seeded generator (sfc32): the same seed gives the same run. Not for secrets. */
export interface Random {
  /** 0 <= x < 1, with 32 random bits. */
  next(): number
  /** A whole number, 0 <= n < below. */
  below(below: number): number
}

export function createRandom(seed: number): Random {
  let a = seed >>> 0
  let b = (seed / 2 ** 32) >>> 0
  let c = 0x9e37_79b9
  let counter = 1
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  for (let i = 0; i < 16; i++) next()
  return { next, below: (below) => Math.floor(next() * below) }
}

/** A new array in random order (Fisher-Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const out = [...items]
  for (let i = out.length - 1; i > 0; i--) {
    const j = random.below(i + 1)
    const kept = out[i] as T
    out[i] = out[j] as T
    out[j] = kept
  }
  return out
}
