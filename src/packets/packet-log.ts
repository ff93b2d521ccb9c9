/**
 * The log of a link: a head of 32 bytes, then a record for each packet: when its fate is final, or else when the log ends.
 * Little-endian. Times are ns of the host's monotonic clock; a time that never came is NaN.
 *
 * Head: ASCII `NCPKTLOG`, u32 version, u32 most bytes captured of a packet, f64 when the log began, f64 0.
 * Record: u32 its own length, u8 direction, u8 fate, u8 flags, u8 0, u32 number, u32 number in the run, u32 length of
 * the packet, u32 bytes captured of it, f64 when it came in, f64 when it went out, 8 bytes 0; then what was captured,
 * padded to 8 bytes.
 */
export const LOG_HEAD_BYTES = 32
export const RECORD_HEAD_BYTES = 48

const MAGIC = 'NCPKTLOG'
const VERSION = 1

export const directions = ['up', 'down'] as const
export const fates = ['delivered', 'lost', 'burst-lost', 'dropped', 'queue-full', 'under-way'] as const

/** From the client's host to the server's: up. */
export type Direction = (typeof directions)[number]
/** `dropped`: by a list of numbers. `under-way`: neither there nor lost when the log ended, and in no later log. */
export type Fate = (typeof fates)[number]

export const DirectionCode = { up: 0, down: 1 } as const satisfies Record<Direction, number>
export const FateCode = {
  delivered: 0,
  lost: 1,
  'burst-lost': 2,
  dropped: 3,
  'queue-full': 4,
  'under-way': 5,
} as const satisfies Record<Fate, number>
export const PacketFlag = { COPY: 1, CORRUPT: 2, REORDERED: 4 } as const

/** One packet that came to the link, or a copy that the link made. */
export interface LoggedPacket {
  readonly direction: Direction
  readonly fate: Fate
  readonly isCopy: boolean
  readonly isCorrupt: boolean
  readonly isReordered: boolean
  /** Of its direction since the link began, from 1; a copy has its original's; 0: not numbered. */
  readonly number: number
  /** The same since the run began. */
  readonly runNumber: number
  readonly packetBytes: number
  readonly inNs: number
  /** When it was handed to the far host; null: never, or not before the log ended. */
  readonly outNs: number | null
  /** As it came, from the IP header on, as far as it was captured: memory of the log. */
  readonly bytes: Uint8Array
}

export interface PacketLog {
  readonly beginNs: number
  /** In the order in which they came in. */
  readonly packets: readonly LoggedPacket[]
  /** Behind the last whole record: that of a writer which was cut short, or of none. */
  readonly unreadBytes: number
}

/** How many bytes a record takes that has captured so many of its packet. */
export function recordBytesOf(capturedBytes: number): number {
  return RECORD_HEAD_BYTES + Math.ceil(capturedBytes / 8) * 8
}

export function encodeLogHead(view: DataView, at: number, snapBytes: number, beginNs: number): void {
  for (let index = 0; index < MAGIC.length; index++) view.setUint8(at + index, MAGIC.charCodeAt(index))
  view.setUint32(at + 8, VERSION, true)
  view.setUint32(at + 12, snapBytes, true)
  view.setFloat64(at + 16, beginNs, true)
  view.setFloat64(at + 24, 0, true)
}

/**
 * Writes all of a record but what was captured, which goes behind it, and the padding, which nobody reads. Returns the
 * record's length. Allocates nothing.
 */
export function encodeHead(
  view: DataView,
  at: number,
  direction: number,
  fate: number,
  flags: number,
  number: number,
  runNumber: number,
  packetBytes: number,
  capturedBytes: number,
  inNs: number,
  outNs: number,
): number {
  const recordBytes = recordBytesOf(capturedBytes)
  view.setUint32(at, recordBytes, true)
  view.setUint8(at + 4, direction)
  view.setUint8(at + 5, fate)
  view.setUint8(at + 6, flags)
  view.setUint8(at + 7, 0)
  view.setUint32(at + 8, number, true)
  view.setUint32(at + 12, runNumber, true)
  view.setUint32(at + 16, packetBytes, true)
  view.setUint32(at + 20, capturedBytes, true)
  view.setFloat64(at + 24, inNs, true)
  view.setFloat64(at + 32, outNs, true)
  view.setFloat64(at + 40, 0, true)
  return recordBytes
}

/** Never throws: reading ends where a record is none, and what is no log has no packets. */
export function readPacketLog(log: Uint8Array): PacketLog {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength)
  if (!isLog(view)) return { beginNs: 0, packets: [], unreadBytes: log.byteLength }
  const packets: LoggedPacket[] = []
  let at = LOG_HEAD_BYTES
  for (;;) {
    const packet = packetAt(view, at)
    if (packet === undefined) break
    packets.push(packet)
    at += view.getUint32(at, true)
  }
  packets.sort((a, b) => a.inNs - b.inNs)
  return { beginNs: view.getFloat64(16, true), packets, unreadBytes: log.byteLength - at }
}

function isLog(view: DataView): boolean {
  if (view.byteLength < LOG_HEAD_BYTES || view.getUint32(8, true) !== VERSION) return false
  return [...MAGIC].every((char, index) => view.getUint8(index) === char.charCodeAt(0))
}

function packetAt(view: DataView, at: number): LoggedPacket | undefined {
  if (at + RECORD_HEAD_BYTES > view.byteLength) return undefined
  const recordBytes = view.getUint32(at, true)
  const direction = directions[view.getUint8(at + 4)]
  const fate = fates[view.getUint8(at + 5)]
  const flags = view.getUint8(at + 6)
  const capturedBytes = view.getUint32(at + 20, true)
  const inNs = view.getFloat64(at + 24, true)
  const outNs = view.getFloat64(at + 32, true)
  const isWhole = recordBytes === recordBytesOf(capturedBytes) && at + recordBytes <= view.byteLength
  if (!isWhole || direction === undefined || fate === undefined || !Number.isFinite(inNs)) return undefined
  return {
    direction,
    fate,
    isCopy: (flags & PacketFlag.COPY) !== 0,
    isCorrupt: (flags & PacketFlag.CORRUPT) !== 0,
    isReordered: (flags & PacketFlag.REORDERED) !== 0,
    number: view.getUint32(at + 8, true),
    runNumber: view.getUint32(at + 12, true),
    packetBytes: view.getUint32(at + 16, true),
    inNs,
    outNs: Number.isFinite(outNs) ? outNs : null,
    bytes: new Uint8Array(view.buffer, view.byteOffset + at + RECORD_HEAD_BYTES, capturedBytes),
  }
}
