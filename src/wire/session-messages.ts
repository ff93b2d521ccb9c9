import * as v from 'valibot'
import { farConnection } from './far-connection.ts'
import { FrameType, HEADER_BYTES, readSeq, readStream, type Token, writeHeader } from './frame.ts'

/**
 * Every request of a client is padded to this many bytes and no answer is longer: a server cannot be made to send
 * more than it was sent. Small enough to pass any path unfragmented.
 */
export const CONTROL_BYTES = 512

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0))

/** OPEN: what the client wants to do; `cookie` comes from a RETRY, and proves that the client's address is its own. */
export const openRequest = v.object({
  workload: v.picklist(['echo', 'bulk', 'chat']),
  sizeBytes: v.pipe(count, v.minValue(1)),
  durationNs: positive,
  ratePerSec: v.union([positive, v.literal('max')]),
  direction: v.optional(v.picklist(['up', 'down', 'both'])),
  /** Of bulk, each way: no more than so many. */
  messageCount: v.optional(v.pipe(count, v.minValue(1))),
  /** Payloads are those of `payload.ts`, and whoever receives one checks it. */
  verify: v.optional(v.boolean()),
  room: v.optional(v.pipe(v.string(), v.maxLength(64))),
  cookie: v.optional(v.pipe(v.string(), v.maxLength(64))),
})
export type OpenRequest = v.InferOutput<typeof openRequest>

/** Longest name that a result is sent under, in UTF-16 units: an OPEN has room for it, however JSON has to write it. */
export const LONGEST_NAME = 48

/** OPEN of a session that measures nothing, but hands the server a result of `sizeBytes`. */
export const collectRequest = v.object({
  workload: v.literal('collect'),
  name: v.pipe(v.string(), v.maxLength(LONGEST_NAME)),
  sizeBytes: v.pipe(count, v.minValue(1)),
  cookie: v.optional(v.pipe(v.string(), v.maxLength(64))),
})

/** Whatever an OPEN may ask for. */
export const anyRequest = v.variant('workload', [openRequest, collectRequest])
export type AnyRequest = v.InferOutput<typeof anyRequest>

/** RETRY: the same OPEN again, please, with this in it. */
export const retry = v.object({ cookie: v.pipe(v.string(), v.minLength(1), v.maxLength(64)) })

/** ACCEPT: the limits granted; the token is in the header. */
export const grant = v.object({
  server: v.pipe(v.string(), v.maxLength(64)),
  maxDurationNs: positive,
  maxMessageBytes: count,
  /** It does what `verify` asked for: a server that does not know it says nothing. */
  verifies: v.exactOptional(v.boolean()),
  /** What drives the server's sockets. */
  engine: v.exactOptional(v.pipe(v.string(), v.regex(/^[a-z]{1,16}$/))),
})
export type Grant = v.InferOutput<typeof grant>

/** REFUSE: one line why. */
export const refusal = v.object({
  code: v.pipe(v.string(), v.maxLength(32)),
  reason: v.pipe(v.string(), v.maxLength(200)),
})
export type Refusal = v.InferOutput<typeof refusal>

/** STATS?: `sentCount` lets the far side close its accounting; after `final` it counts no more. */
export const statsRequest = v.object({ sentCount: count, final: v.boolean() })
export type StatsRequest = v.InferOutput<typeof statsRequest>

/** As much as is told of a count: with that, answers fit CONTROL_BYTES, or leave out what does not. */
export const MOST_COUNTED = 999_999_999
const dropCount = v.pipe(count, v.maxValue(MOST_COUNTED))

/**
 * What a host dropped meanwhile, for whichever program: datagrams at the sockets they came for (full buffer, no memory),
 * datagrams at the sockets that sent them, and packets at its interfaces, both ways. `socket`: of those it received, at the
 * sockets of this run alone, where that is known.
 */
const hostDrops = v.object({
  receive: dropCount,
  send: dropCount,
  interface: dropCount,
  socket: v.exactOptional(dropCount),
})
export type HostDrops = v.InferOutput<typeof hostDrops>

/** STATS: what the far side counted. Times are ns of its host clock; null before anything arrived. */
export const farStats = v.object({
  finished: v.boolean(),
  sentCount: count,
  receivedCount: count,
  receivedBytes: count,
  firstBytes: count,
  firstAtNs: v.nullable(count),
  lastAtNs: v.nullable(count),
  duplicateCount: count,
  reorderedCount: count,
  extentMax: count,
  lostCount: count,
  burstCount: count,
  burstMax: count,
  /** Arrived, and not as it was sent: counted nowhere else. Only where they were checked. */
  corruptCount: v.exactOptional(v.pipe(count, v.maxValue(MOST_COUNTED))),
  /** Counted among `receivedBytes`, and never read into memory. Only over a transport where that can be. */
  unreadBytes: v.exactOptional(count),
  /** By the far host, since OPEN; only of a final answer, over a transport that may lose, where the host tells. */
  drops: v.exactOptional(hostDrops),
  /** Only of a final answer, over TCP, where the far host tells and the answer has room for it. */
  connection: v.exactOptional(farConnection),
})
export type FarStats = v.InferOutput<typeof farStats>

/** The answer to UPLOAD: how much has come so far. All of it: it is kept; with a refusal it is not, and never will be. */
export const uploaded = v.object({ receivedBytes: count, refusal: v.optional(refusal) })

/** As much of a document as one UPLOAD carries: with header and seal 1200 B, which pass any path unfragmented. */
const CHUNK_BYTES = 1152

const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** A control frame: header, JSON, and spaces up to `padTo` bytes. */
export function encodeControl(type: number, token: Token, seq: number, body: unknown, padTo = 0): Uint8Array {
  const json = encoder.encode(JSON.stringify(body))
  const bytes = new Uint8Array(Math.max(HEADER_BYTES + json.length, padTo)).fill(0x20, HEADER_BYTES)
  bytes.set(json, HEADER_BYTES)
  writeHeader(bytes, type, 0, token, seq)
  return bytes
}

/** The body of a control frame as `schema` has it; undefined where it is anything else. Never throws. */
export function decodeControl<S extends v.GenericSchema>(
  schema: S,
  bytes: Uint8Array,
): v.InferOutput<S> | undefined {
  if (bytes.length > CONTROL_BYTES) return undefined
  try {
    const body = v.safeParse(schema, JSON.parse(decoder.decode(bytes.subarray(HEADER_BYTES))))
    return body.success ? body.output : undefined
  } catch {
    return undefined
  }
}

/** Whether an answer is no longer than its request. */
export function fitsControl(body: unknown): boolean {
  return HEADER_BYTES + encoder.encode(JSON.stringify(body)).length <= CONTROL_BYTES
}

/** The number that ties an answer to its request. */
export const requestNumber = readSeq

/** An UPLOAD: the piece of the document that begins at `offset`, which its header has in place of a stream. */
export function encodeChunk(token: Token, seq: number, document: Uint8Array, offset: number): Uint8Array {
  const piece = document.subarray(offset, chunkEnd(offset, document.length))
  const bytes = new Uint8Array(Math.max(HEADER_BYTES + piece.length, CONTROL_BYTES))
  bytes.set(piece, HEADER_BYTES)
  writeHeader(bytes, FrameType.UPLOAD, offset, token, seq)
  return bytes
}

/** Where a document of `sizeBytes` goes on after the piece that begins at `offset`. */
export function chunkEnd(offset: number, sizeBytes: number): number {
  return Math.min(offset + CHUNK_BYTES, sizeBytes)
}

/** Where the piece in an UPLOAD begins. Not trusted. */
export const chunkOffset = readStream
