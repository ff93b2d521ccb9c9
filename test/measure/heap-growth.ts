const ROUNDS = 31
const WARM_UP = 500

/** Heap bytes that a warm `round` leaves behind: the median over many, so that a collection in between is no matter. */
export function heapGrowth(round: () => void): number {
  for (let i = 0; i < WARM_UP; i++) round()
  const grown = Array.from({ length: ROUNDS }, () => {
    const before = process.memoryUsage().heapUsed
    round()
    return process.memoryUsage().heapUsed - before
  })
  return grown.sort((a, b) => a - b)[ROUNDS >> 1] as number
}
