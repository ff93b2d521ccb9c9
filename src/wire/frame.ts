/**
 * The 32-byte header of every netcmp frame, big-endian: magic `NC` (2), version (1), type and flags (1), stream (4),
 * session token (8), sequence number (8), send time in ns of the sender's host clock (8).
 */
export const HEADER_BYTES = 32

/** Header and room for the server's receive and send times (8 each). */
export const STAMPED_BYTES = 48

/** Beside them, room for the number that the server gives its answer (8). */
export const NUMBERED_BYTES = 56

const VERSION = 1
const MAGIC_0 = 0x4e
const MAGIC_1 = 0x43

export const FrameType = {
  OPEN: 1,
  RETRY: 2,
  ACCEPT: 3,
  REFUSE: 4,
  PROBE: 5,
  STATS_REQUEST: 6,
  STATS: 7,
  CLOSE: 8,
  UPLOAD: 9,
} as const
const LAST_TYPE = 9

/** The first four bytes of a client's probe, as one number. */
const PROBE_BYTES = (MAGIC_0 << 24) | (MAGIC_1 << 16) | (VERSION << 8) | FrameType.PROBE

/**
 * Upper half of the type byte. REPLY: sent by a server, and never answered. STAMPED: bytes 32 to 55, as far as there are
 * so many, are for its times and its number. NUMBERED: the server has written that number.
 */
export const Flag = { REPLY: 0x80, STAMPED: 0x40, NUMBERED: 0x20 } as const

/** A session's secret name, as two unsigned 32-bit halves; 0, 0 is no session. */
export interface Token {
  readonly hi: number
  readonly lo: number
}

export const NO_TOKEN: Token = { hi: 0, lo: 0 }

/** One that nobody guesses. */
export function newToken(): Token {
  const [hi = 0, lo = 0] = crypto.getRandomValues(new Uint32Array(2))
  return { hi, lo: lo || 1 }
}

/** The type of a frame; 0 where the bytes are none of ours. */
export function frameType(bytes: Uint8Array): number {
  if (bytes.length < HEADER_BYTES || bytes[0] !== MAGIC_0 || bytes[1] !== MAGIC_1 || bytes[2] !== VERSION)
    return 0
  const type = (bytes[3] as number) & 0x0f
  return type <= LAST_TYPE ? type : 0
}

export function hasFlag(bytes: Uint8Array, flag: number): boolean {
  return ((bytes[3] as number) & flag) !== 0
}

export function addFlag(bytes: Uint8Array, flag: number): void {
  bytes[3] = (bytes[3] as number) | flag
}

export function writeHeader(
  bytes: Uint8Array,
  type: number,
  stream: number,
  token: Token,
  seq: number,
): void {
  bytes[0] = MAGIC_0
  bytes[1] = MAGIC_1
  bytes[2] = VERSION
  bytes[3] = type
  writeUint32(bytes, 4, stream)
  writeToken(bytes, token)
  writeUint64(bytes, 16, seq)
  writeUint64(bytes, 24, 0)
}

/** Prepares a message for its next trip: all that changes from one to the next. */
export function restamp(bytes: Uint8Array, seq: number, sentAtNs: number): void {
  writeUint64(bytes, 16, seq)
  writeUint64(bytes, 24, sentAtNs)
}

export function writeToken(bytes: Uint8Array, token: Token): void {
  writeUint32(bytes, 8, token.hi)
  writeUint32(bytes, 12, token.lo)
}

export function hasToken(bytes: Uint8Array, token: Token): boolean {
  return readUint32(bytes, 8) === token.hi && readUint32(bytes, 12) === token.lo
}

export function readToken(bytes: Uint8Array): Token {
  return { hi: readUint32(bytes, 8), lo: readUint32(bytes, 12) }
}

/** A client's probe with this token begins at an offset; there are as many bytes as a header has. */
export function isProbeAt(bytes: Uint8Array, at: number, token: Token): boolean {
  return (
    (readInt32(bytes, at) & ~(Flag.STAMPED | Flag.NUMBERED)) === PROBE_BYTES &&
    readInt32(bytes, at + 8) === (token.hi | 0) &&
    readInt32(bytes, at + 12) === (token.lo | 0)
  )
}

export const readStream = (bytes: Uint8Array): number => readUint32(bytes, 4)

/** Not trusted: any number up to 2^64, rounded past 2^53. */
export const readSeq = (bytes: Uint8Array): number => readUint64(bytes, 16)

/** The same of a frame that begins at an offset. */
export const readSeqAt = (bytes: Uint8Array, at: number): number => readUint64(bytes, at + 16)

/** When it was sent, ns of the sender's host clock. */
export const readSentAt = (bytes: Uint8Array): number => readUint64(bytes, 24)

/** What a server adds to a STAMPED probe: when it received it and when it answered, ns of its host clock. */
export function writeServerTimes(bytes: Uint8Array, receivedAtNs: number, sentAtNs: number): void {
  writeUint64(bytes, 32, receivedAtNs)
  writeUint64(bytes, 40, sentAtNs)
}

/** Numbers an answer, as many as the session has had before it. */
export function writeAnswerNumber(bytes: Uint8Array, answerNumber: number): void {
  addFlag(bytes, Flag.NUMBERED)
  writeUint64(bytes, 48, answerNumber)
}

/** Not trusted, as no number is; NaN where the answer has none. */
export function readAnswerNumber(bytes: Uint8Array): number {
  return hasFlag(bytes, Flag.NUMBERED) && bytes.length >= NUMBERED_BYTES ? readUint64(bytes, 48) : Number.NaN
}

export function isStamped(bytes: Uint8Array): boolean {
  return hasFlag(bytes, Flag.STAMPED) && bytes.length >= STAMPED_BYTES
}

export const readServerReceivedAt = (bytes: Uint8Array): number => readUint64(bytes, 32)

export const readServerSentAt = (bytes: Uint8Array): number => readUint64(bytes, 40)

function readInt32(b: Uint8Array, at: number): number {
  return (
    ((b[at] as number) << 24) |
    ((b[at + 1] as number) << 16) |
    ((b[at + 2] as number) << 8) |
    (b[at + 3] as number)
  )
}

function readUint32(b: Uint8Array, at: number): number {
  return (
    ((b[at] as number) * 0x100_0000 +
      (((b[at + 1] as number) << 16) | ((b[at + 2] as number) << 8) | (b[at + 3] as number))) >>>
    0
  )
}

function writeUint32(b: Uint8Array, at: number, value: number): void {
  b[at] = value >>> 24
  b[at + 1] = value >>> 16
  b[at + 2] = value >>> 8
  b[at + 3] = value
}

function readUint64(b: Uint8Array, at: number): number {
  return readUint32(b, at) * 0x1_0000_0000 + readUint32(b, at + 4)
}

function writeUint64(b: Uint8Array, at: number, value: number): void {
  writeUint32(b, at, Math.floor(value / 0x1_0000_0000))
  writeUint32(b, at + 4, value >>> 0)
}
