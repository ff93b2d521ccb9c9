import { NetcmpError } from './errors.ts'

export const NS_PER_US = 1e3
export const NS_PER_MS = 1e6
export const NS_PER_SEC = 1e9

/** Messages per second, or `max`: as fast as answers or the transport allow. */
export type Rate = number | 'max'

const sizes: Readonly<Record<string, number>> = { '': 1, B: 1, KIB: 1024, MIB: 1024 * 1024 }
const durations: Readonly<Record<string, number>> = {
  us: NS_PER_US,
  ms: NS_PER_MS,
  s: NS_PER_SEC,
  m: 60 * NS_PER_SEC,
}

function split(text: string): { value: number; suffix: string } | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z/]*)$/.exec(text.trim())
  return match ? { value: Number(match[1]), suffix: match[2] ?? '' } : undefined
}

/** `64`, `64B`, `1KiB`, `1MiB` as whole bytes. Throws BAD_VALUE. */
export function parseSize(text: string): number {
  const parts = split(text)
  const factor = parts && sizes[parts.suffix.toUpperCase()]
  const bytes = parts && factor ? parts.value * factor : Number.NaN
  if (!Number.isSafeInteger(bytes)) {
    throw new NetcmpError('BAD_VALUE', `netcmp: "${text}" is not a size (write 64, 64B, 16KiB or 1MiB)`)
  }
  return bytes
}

/** `250ms`, `1s`, `100us`, `2m` as ns. Throws BAD_VALUE. */
export function parseDuration(text: string): number {
  const parts = split(text)
  const factor = parts && durations[parts.suffix]
  const ns = parts && factor ? Math.round(parts.value * factor) : Number.NaN
  if (!Number.isSafeInteger(ns) || ns <= 0) {
    throw new NetcmpError(
      'BAD_VALUE',
      `netcmp: "${text}" is not a duration (write 250ms, 1s, 100us or 2m, over 0)`,
    )
  }
  return ns
}

/** How long something was waited for: `20 s`, `300 ms`, `1.16 s`. */
export function durationText(ns: number): string {
  return ns < NS_PER_SEC ? `${ns / NS_PER_MS} ms` : `${Number((ns / NS_PER_SEC).toPrecision(3))} s`
}

/** `1000`, `1000/s` or `max`. Throws BAD_VALUE. */
export function parseRate(text: string): Rate {
  if (text === 'max') return 'max'
  const parts = split(text)
  const ok = parts && (parts.suffix === '' || parts.suffix === '/s') && parts.value > 0 && parts.value <= 1e7
  if (!ok) {
    throw new NetcmpError(
      'BAD_VALUE',
      `netcmp: "${text}" is not a rate (write 1000, 1000/s or max; over 0, at most 10000000/s)`,
    )
  }
  return parts.value
}

/** `0.05` or `5%` as a share. Throws BAD_VALUE. */
export function parseShare(text: string): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?(?:e-?\d+)?)\s*(%?)$/i.exec(text.trim()) ?? []
  const share = Number(digits) / (percent === '%' ? 100 : 1)
  if (Number.isFinite(share)) return share
  throw new NetcmpError('BAD_VALUE', `netcmp: "${text}" is not a share (write 0.05 or 5%)`)
}
