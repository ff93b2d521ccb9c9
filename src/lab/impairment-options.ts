import { NetcmpError } from '../core/errors.ts'
import { parseDuration, parseShare } from '../core/units.ts'
import {
  type Impairments,
  LEAST_BITS_PER_SEC,
  LEAST_MTU_BYTES,
  type LinkConfig,
  LONGEST_DELAY_NS,
  MOST_BITS_PER_SEC,
  MOST_MTU_BYTES,
  MOST_QUEUED_PACKETS,
  MOST_RANGES,
  noImpairments,
} from './impairments.ts'

/** The link's options as a command line gives them. */
export interface LinkFlags {
  readonly loss?: string | undefined
  readonly burstLoss?: string | undefined
  readonly duplicate?: string | undefined
  readonly corrupt?: string | undefined
  readonly reorder?: string | undefined
  readonly linkRate?: string | undefined
  readonly queue?: string | undefined
  readonly delay?: string | undefined
  readonly jitter?: string | undefined
  readonly drop?: string | undefined
  /** Pairs for one direction: `loss=5% delay=10ms`. */
  readonly up?: string | undefined
  readonly down?: string | undefined
  readonly mtu?: string | undefined
  readonly seed?: string | undefined
}

type Change = Partial<Impairments>

/** By the key of a pair: the flag that says the same for both directions, and how its text is read. */
const options: Readonly<
  Record<string, { flag: keyof LinkFlags; name: string; read: (what: string, text: string) => Change }>
> = {
  loss: { flag: 'loss', name: '--loss', read: (what, text) => ({ lossRatio: share(what, text) }) },
  'burst-loss': {
    flag: 'burstLoss',
    name: '--burst-loss',
    read: (what, text) => ({ burstLoss: burstLoss(what, text) }),
  },
  duplicate: {
    flag: 'duplicate',
    name: '--duplicate',
    read: (what, text) => ({ duplicateRatio: share(what, text) }),
  },
  corrupt: {
    flag: 'corrupt',
    name: '--corrupt',
    read: (what, text) => ({ corruptRatio: share(what, text) }),
  },
  reorder: {
    flag: 'reorder',
    name: '--reorder',
    read: (what, text) => ({ reorderRatio: share(what, text) }),
  },
  rate: {
    flag: 'linkRate',
    name: '--link-rate',
    read: (what, text) => ({ bitsPerSec: bitRate(what, text) }),
  },
  queue: {
    flag: 'queue',
    name: '--queue',
    read: (what, text) => ({ queuePackets: whole(what, text, 1, MOST_QUEUED_PACKETS) }),
  },
  delay: { flag: 'delay', name: '--delay', read: (what, text) => ({ delayNs: delay(what, text) }) },
  jitter: { flag: 'jitter', name: '--jitter', read: (what, text) => ({ jitterNs: delay(what, text) }) },
  drop: { flag: 'drop', name: '--drop', read: (what, text) => ({ drop: dropList(what, text) }) },
}

/** Reads the link's options, `up` and `down` over those for both directions. Throws BAD_VALUE. */
export function linkConfigOf(flags: LinkFlags): LinkConfig {
  let both = noImpairments
  for (const { flag, name, read } of Object.values(options)) {
    const text = flags[flag]
    if (text !== undefined) both = { ...both, ...read(name, text) }
  }
  return {
    up: changed(both, '--up', saying('--up', flags.up)),
    down: changed(both, '--down', saying('--down', flags.down)),
    mtuBytes: flags.mtu === undefined ? 1500 : mtu(flags.mtu),
    seed: flags.seed === undefined ? 1 : whole('--seed', flags.seed, 0, Number.MAX_SAFE_INTEGER),
  }
}

/** By its key, or as the flag is called. */
function optionOf(key: string) {
  const name = key === 'link-rate' ? 'rate' : key
  return Object.hasOwn(options, name) ? options[name] : undefined
}

/** The flags that pairs for one direction stand in for. What is no pair is left to `changed`. */
export function flagsIn(pairs = ''): (keyof LinkFlags)[] {
  return wordsOf(pairs).flatMap((pair) => optionOf(pair.split('=')[0] ?? '')?.flag ?? [])
}

const wordsOf = (pairs: string): string[] => pairs.split(/[\s;]+/).filter((each) => each !== '')

function saying(flag: string, pairs: string | undefined): string | undefined {
  if (pairs === undefined || wordsOf(pairs).length > 0) return pairs
  throw bad(flag, pairs, "says nothing (write 'loss=5% delay=10ms', or leave it out)")
}

/** `impairments`, but for what a list of pairs says: `loss=5% delay=10ms; drop=5,17-20`. Throws BAD_VALUE. */
export function changed(impairments: Impairments, flag: string, pairs = ''): Impairments {
  let result = impairments
  for (const pair of wordsOf(pairs)) {
    const [, key = '', text = ''] = /^([a-z-]+)=(.+)$/.exec(pair) ?? []
    const option = optionOf(key)
    if (option === undefined) {
      const known = Object.keys(options).join(', ')
      throw bad(flag, pair, `is not one of its pairs (write KEY=VALUE with one of ${known})`)
    }
    result = { ...result, ...option.read(`${flag} ${key}`, text) }
  }
  if (result.jitterNs > result.delayNs) {
    const why = 'no packet leaves before it came'
    throw new NetcmpError('BAD_VALUE', `netcmp: --jitter is more than --delay; ${why} (raise --delay)`)
  }
  if (result.reorderRatio > 0 && result.delayNs === 0) {
    const why = 'a packet overtakes those that wait, by leaving ahead of the delay'
    throw new NetcmpError('BAD_VALUE', `netcmp: --reorder without --delay; ${why} (add --delay 20ms)`)
  }
  return result
}

function bad(what: string, text: string, why: string): NetcmpError {
  return new NetcmpError('BAD_VALUE', `netcmp: ${what} "${text}" ${why}`)
}

function share(what: string, text: string): number {
  const ratio = quiet(() => parseShare(text))
  if (ratio !== undefined && ratio <= 1) return ratio
  throw bad(what, text, 'is not a share (write 2% or 0.02; at most 100%)')
}

function burstLoss(what: string, text: string): Impairments['burstLoss'] {
  if (text === 'none') return null
  const [p, r, ...more] = text.split(',').map((each) => quiet(() => parseShare(each)))
  if (p !== undefined && r !== undefined && more.length === 0 && p <= 1 && r <= 1) return { p, r }
  throw bad(what, text, 'is not P,R: how likely a burst begins, and how likely it ends (write 1%,30%)')
}

const bitUnits: Readonly<Record<string, number>> = { bit: 1, kbit: 1e3, mbit: 1e6, gbit: 1e9 }

function bitRate(what: string, text: string): number | null {
  if (text === 'none') return null
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([kmg]?bit)$/i.exec(text) ?? []
  const bitsPerSec = Number(digits) * (bitUnits[unit.toLowerCase()] ?? Number.NaN)
  if (bitsPerSec >= LEAST_BITS_PER_SEC && bitsPerSec <= MOST_BITS_PER_SEC) return bitsPerSec
  throw bad(what, text, 'is not a rate (write 500kbit, 10mbit, 1.5gbit or none; 1kbit to 1000gbit)')
}

function delay(what: string, text: string): number {
  const ns = /^0+(\.0+)?(us|ms|s|m)?$/.test(text) ? 0 : quiet(() => parseDuration(text))
  if (ns !== undefined && ns <= LONGEST_DELAY_NS) return ns
  throw bad(what, text, 'is not a delay (write 20ms, 100us or 0; at most 10s)')
}

function whole(what: string, text: string, least: number, most: number): number {
  const value = wholeIn(text)
  if (value >= least && value <= most) return value
  throw bad(what, text, `is not a whole number from ${least} to ${most}`)
}

function mtu(text: string): number {
  const value = wholeIn(text)
  if (value < LEAST_MTU_BYTES) {
    const why = `is less than ${LEAST_MTU_BYTES} B, which IPv6 asks of every link`
    throw bad('--mtu', text, `${why} (write ${LEAST_MTU_BYTES} or more; RFC 8200, section 5)`)
  }
  return whole('--mtu', text, LEAST_MTU_BYTES, MOST_MTU_BYTES)
}

const wholeIn = (text: string): number => (/^\d+$/.test(text) ? Number(text) : Number.NaN)

function dropList(what: string, text: string): Impairments['drop'] {
  if (text === 'none') return []
  const ranges = text.split(',').map((each) => {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(each) ?? []
    return [Number(first), Number(last)] as const
  })
  const isList = ranges.every(([first, last]) => first >= 1 && last >= first && Number.isSafeInteger(last))
  if (isList && ranges.length <= MOST_RANGES) return merged(ranges)
  throw bad(what, text, 'is not a list of packets (write 5,17-20: numbers from 1, in each run)')
}

/** Ascending, and no number twice. */
function merged(ranges: readonly (readonly [number, number])[]): Impairments['drop'] {
  const result: [number, number][] = []
  for (const [first, last] of [...ranges].sort(([a], [b]) => a - b)) {
    const before = result.at(-1)
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last)
    else result.push([first, last])
  }
  return result
}

/** Undefined where the text cannot be read. */
function quiet(read: () => number): number | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof NetcmpError) return undefined
    throw error
  }
}
