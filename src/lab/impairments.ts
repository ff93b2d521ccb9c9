import { isDeepStrictEqual } from 'node:util'
import * as v from 'valibot'
import { NetcmpError } from '../core/errors.ts'
import { NS_PER_SEC } from '../core/units.ts'

/** Packets under way on a link take memory: this bounds how long one may be. */
export const LONGEST_DELAY_NS = 10 * NS_PER_SEC
export const MOST_QUEUED_PACKETS = 100_000
export const LEAST_BITS_PER_SEC = 1000
export const MOST_BITS_PER_SEC = 1e12
/** Entries of a drop list. */
export const MOST_RANGES = 10_000
/** What IPv6 asks of every link (RFC 8200, section 5), and the longest packet of IPv4. */
export const LEAST_MTU_BYTES = 1280
export const MOST_MTU_BYTES = 65_535

const ratio = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
const duration = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(LONGEST_DELAY_NS))
const packetNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(1))

const impairmentsSchema = v.pipe(
  v.object({
    lossRatio: ratio,
    burstLoss: v.nullable(v.object({ p: ratio, r: ratio })),
    duplicateRatio: ratio,
    corruptRatio: ratio,
    reorderRatio: ratio,
    bitsPerSec: v.nullable(v.pipe(v.number(), v.minValue(LEAST_BITS_PER_SEC), v.maxValue(MOST_BITS_PER_SEC))),
    queuePackets: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(MOST_QUEUED_PACKETS)),
    delayNs: duration,
    jitterNs: duration,
    drop: v.pipe(v.array(v.tuple([packetNumber, packetNumber])), v.maxLength(MOST_RANGES)),
  }),
  v.check(({ delayNs, jitterNs }) => jitterNs <= delayNs, 'jitterNs over delayNs'),
  v.check(({ delayNs, reorderRatio }) => reorderRatio === 0 || delayNs > 0, 'reorderRatio without delayNs'),
  v.check(({ drop }) => isAscending(drop.flat()), 'drop is not in order'),
)

const configSchema = v.object({
  up: impairmentsSchema,
  down: impairmentsSchema,
  mtuBytes: v.pipe(v.number(), v.safeInteger(), v.minValue(LEAST_MTU_BYTES), v.maxValue(MOST_MTU_BYTES)),
  seed: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
})

/** What a link does to the packets of one direction, in this order: drop list, losses, copies, corruption, rate, delay, order. */
export interface Impairments {
  /** Share of packets lost, each by itself. */
  readonly lossRatio: number
  /** Gilbert-Elliott: with `p` a good packet's successor is in a burst, with `r` a burst ends; all packets of a burst are lost. */
  readonly burstLoss: { readonly p: number; readonly r: number } | null
  readonly duplicateRatio: number
  /** Share of packets of which one bit behind the IP header is flipped. */
  readonly corruptRatio: number
  /** Share of packets that leave ahead of the delay, past those that wait for it. */
  readonly reorderRatio: number
  /** Of IP packets, headers included; null: no limit. */
  readonly bitsPerSec: number | null
  /** With a rate: packets that wait for it at most, the one that is being sent among them. */
  readonly queuePackets: number
  /** One way. */
  readonly delayNs: number
  /** The delay is spread evenly over `delayNs` ± this; packets keep their order all the same. */
  readonly jitterNs: number
  /** Packets of each run that are lost, by number, from 1: ascending ranges, both ends included. */
  readonly drop: readonly (readonly [first: number, last: number])[]
}

export interface LinkConfig {
  /** From the client's host to the server's. */
  readonly up: Impairments
  readonly down: Impairments
  readonly mtuBytes: number
  readonly seed: number
}

export const noImpairments: Impairments = {
  lossRatio: 0,
  burstLoss: null,
  duplicateRatio: 0,
  corruptRatio: 0,
  reorderRatio: 0,
  bitsPerSec: null,
  queuePackets: 100,
  delayNs: 0,
  jitterNs: 0,
  drop: [],
}

/** Either way loses packets by chance. */
export function isLossy({ up, down }: Pick<LinkConfig, 'up' | 'down'>): boolean {
  return [up, down].some(({ lossRatio, burstLoss }) => lossRatio > 0 || burstLoss !== null)
}

/** One packet fares otherwise than the next: some are lost, damaged, doubled, overtaken, or later than others. */
export function isUneven({ up, down }: Pick<LinkConfig, 'up' | 'down'>): boolean {
  return [up, down].some(
    ({ delayNs, queuePackets, ...way }) =>
      !isDeepStrictEqual({ ...way, delayNs: 0, queuePackets: noImpairments.queuePackets }, noImpairments),
  )
}

/** A whole configuration from JSON. Throws BAD_VALUE. */
export function checkedConfig(value: unknown): LinkConfig {
  return checked(configSchema, value)
}

/** Both directions from JSON. Throws BAD_VALUE. */
export function checkedImpairments(value: unknown): Pick<LinkConfig, 'up' | 'down'> {
  return checked(v.pick(configSchema, ['up', 'down']), value)
}

function checked<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  const [issue] = result.issues
  const where = v.getDotPath(issue) ?? 'it'
  throw new NetcmpError('BAD_VALUE', `link: ${where} of its configuration cannot be: ${issue.message}`)
}

function isAscending(numbers: readonly number[]): boolean {
  return numbers.every(
    (each, index) => index === 0 || (numbers[index - 1] as number) + ((index + 1) % 2) <= each,
  )
}
