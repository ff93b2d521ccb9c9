import type { Random } from '../../src/core/random.ts'

/** Box and Muller. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
}

/** What measurements are blurred by: normal, with long tails, and with one wild value in ten. */
export const noises: Readonly<Record<string, (random: Random) => number>> = {
  normal,
  laplace: (random) => {
    const side = random.next() - 0.5
    return -Math.sign(side) * Math.log(1 - 2 * Math.abs(side) + Number.MIN_VALUE)
  },
  contaminated: (random) => normal(random) * (random.next() < 0.1 ? 10 : 1),
}
