import { NetcmpError } from './errors.ts'

// RFC 2474 (CS), RFC 2597 (AF), RFC 3246 (EF), RFC 5865 (VA), RFC 8622 (LE).
const codePoints = new Map<string, number>([
  ['LE', 1],
  ...Array.from({ length: 8 }, (_, n) => [`CS${n}`, 8 * n] as const),
  ...[1, 2, 3, 4].flatMap((n) => [1, 2, 3].map((m) => [`AF${n}${m}`, 8 * n + 2 * m] as const)),
  ['VA', 44],
  ['EF', 46],
])

// RFC 1349, which the code points replaced; tools and scripts still say it so.
const services = new Map([
  ['lowdelay', 0x10],
  ['throughput', 0x08],
  ['reliability', 0x04],
  ['lowcost', 0x02],
])

/** The byte of an IP header (IPv4: DS field, IPv6: traffic class) for a differentiated services code point, by name or number. */
export function parseDscp(text: string): number {
  const named = codePoints.get(text.toUpperCase())
  const value = named ?? wholeUpTo(63, text)
  if (value !== undefined) return value * 4
  const names = [...codePoints.keys()].join(', ')
  throw new NetcmpError('BAD_VALUE', `netcmp: --dscp "${text}" is neither 0 to 63 nor one of ${names}`)
}

/** The same byte as it was called before: a type of service, by name or number. */
export function parseTos(text: string): number {
  const named = services.get(text.toLowerCase())
  const value = named ?? wholeUpTo(255, text)
  if (value !== undefined) return value
  const names = [...services.keys()].join(', ')
  throw new NetcmpError('BAD_VALUE', `netcmp: --tos "${text}" is neither 0 to 255 nor one of ${names}`)
}

/** `DSCP EF`, `DSCP 5`; with the two bits of congestion notification where they are set: `DSCP CS0, ECN 2`. */
export function trafficClassName(byte: number): string {
  const codePoint = byte >> 2
  const named = [...codePoints].find(([, value]) => value === codePoint)
  const ecn = byte & 3
  return `DSCP ${named?.[0] ?? codePoint}${ecn === 0 ? '' : `, ECN ${ecn}`}`
}

function wholeUpTo(most: number, text: string): number | undefined {
  const value = /^(0x[\da-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN
  return value <= most ? value : undefined
}
