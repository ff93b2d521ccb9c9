/** The first of the mantissas, from 1 upwards and under 10, times a power of ten that is no less than `least`, which is over 0. */
export function roundStep(least: number, mantissas: readonly number[]): number {
  const exponent = Math.floor(Math.log10(least))
  const steps = mantissas.map((mantissa) => Number(`${mantissa}e${exponent}`))
  return steps.find((step) => step >= least) ?? Number(`1e${exponent + 1}`)
}

/** Decimals with which a number of few digits, and every multiple of it, is written as it is. */
export function decimalsOf(value: number): number {
  const [mantissa = '', exponent] = Number(value.toPrecision(12)).toExponential().split('e')
  return Math.max(0, mantissa.replace(/^\d\.?/, '').length - Number(exponent))
}
