import { createRandom } from '../core/random.ts'

/** A message's memory, filled with seeded noise: nothing on the way can compress it, and every run sends the same. */
export function messageBuffer(bytes: number): Uint8Array {
  const random = createRandom(bytes)
  return new Uint8Array(bytes).map(() => random.below(256))
}
