import type { LoggedPacket } from './packet-log.ts'

/** What a capture says of where it is from. */
export interface PcapngSource {
  /** What wrote it, as `netcmp 0.1.0`. */
  readonly application: string
  /** Time of day at ns 0 of the log's clock, ns since 1970: too large for a number to hold exactly. */
  readonly epochNs: bigint
}

/** From the IP header on: no frame of a link layer around it. */
const LINKTYPE_RAW = 101
/** Times are counted in units of 10^-9 s. */
const NANOSECONDS = 9

const BlockType = { SECTION: 0x0a0d0d0a, INTERFACE: 1, PACKET: 6 } as const
const BYTE_ORDER = 0x1a2b3c4d
const Option = { COMMENT: 1, APPLICATION: 4, NAME: 2, DESCRIPTION: 3, RESOLUTION: 9 } as const

/** Type and length before a block, its length behind it. */
const BLOCK_FRAME_BYTES = 12
const PACKET_HEAD_BYTES = 20
/** Packets are handed on in pieces of about so many bytes. */
const PIECE_BYTES = 1024 * 1024

/** The interfaces, by number: a packet is seen at the one where it enters the link. */
const interfaces = [
  { name: 'client', description: 'what the client sent, as it entered the link' },
  { name: 'server', description: 'what the server sent, as it entered the link' },
] as const
const INTERFACE_OF = { up: 0, down: 1 } as const

/**
 * The beginning of a capture: a section of two interfaces (pcapng, draft-ietf-opsawg-pcapng, 4.1 and 4.2). Any number of
 * logs may follow it.
 */
export function pcapngHead({ application }: PcapngSource): Uint8Array {
  const comment = 'Every packet once, as it entered the link; its comment says what became of it there'
  const section = new Uint8Array(16)
  const view = new DataView(section.buffer)
  view.setUint32(0, BYTE_ORDER, true)
  view.setUint16(4, 1, true)
  view.setBigInt64(8, -1n, true)
  const options = [textOption(Option.COMMENT, comment), textOption(Option.APPLICATION, application)]
  return joined([
    block(BlockType.SECTION, joined([section, ...options, endOfOptions])),
    ...interfaces.map(interfaceBlock),
  ])
}

function interfaceBlock({ name, description }: (typeof interfaces)[number]): Uint8Array {
  const fixed = new Uint8Array(8)
  new DataView(fixed.buffer).setUint16(0, LINKTYPE_RAW, true)
  const options = [
    textOption(Option.NAME, name),
    textOption(Option.DESCRIPTION, description),
    option(Option.RESOLUTION, new Uint8Array([NANOSECONDS])),
  ]
  return block(BlockType.INTERFACE, joined([fixed, ...options, endOfOptions]))
}

/** The packets of a log as enhanced packet blocks (4.3), in pieces of many: each is valid until the next is asked for. */
export function* pcapngPackets(
  packets: readonly LoggedPacket[],
  { epochNs }: PcapngSource,
): Generator<Uint8Array> {
  const most = packets.reduce((longest, packet) => Math.max(longest, packetBlockBytes(packet)), 0)
  const piece = new Uint8Array(Math.max(PIECE_BYTES, most))
  const view = new DataView(piece.buffer)
  let used = 0
  for (const packet of packets) {
    if (used + packetBlockBytes(packet) > piece.length) {
      yield piece.subarray(0, used)
      used = 0
    }
    used += writePacket(piece, view, used, packet, epochNs)
  }
  if (used > 0) yield piece.subarray(0, used)
}

function packetBlockBytes(packet: LoggedPacket): number {
  const comment = commentOption(packet)
  const options = comment === undefined ? 0 : comment.length + endOfOptions.length
  return BLOCK_FRAME_BYTES + PACKET_HEAD_BYTES + padded(packet.bytes.length) + options
}

function writePacket(
  piece: Uint8Array,
  view: DataView,
  at: number,
  packet: LoggedPacket,
  epochNs: bigint,
): number {
  const bytes = packetBlockBytes(packet)
  const time = epochNs + BigInt(Math.round(packet.inNs))
  piece.fill(0, at, at + bytes)
  view.setUint32(at, BlockType.PACKET, true)
  view.setUint32(at + 4, bytes, true)
  view.setUint32(at + 8, INTERFACE_OF[packet.direction], true)
  view.setUint32(at + 12, Number(time >> 32n), true)
  view.setUint32(at + 16, Number(time & 0xffff_ffffn), true)
  view.setUint32(at + 20, packet.bytes.length, true)
  view.setUint32(at + 24, packet.packetBytes, true)
  piece.set(packet.bytes, at + 28)
  const comment = commentOption(packet)
  if (comment !== undefined) piece.set(comment, at + 28 + padded(packet.bytes.length))
  view.setUint32(at + bytes - 4, bytes, true)
  return bytes
}

const fateWords = {
  delivered: '',
  lost: 'lost',
  'burst-lost': 'lost in a burst',
  dropped: 'dropped, as listed',
  'queue-full': 'lost: the queue was full',
  'under-way': 'still under way at the end of its run',
} as const

/** What the link did to a packet, in words; empty where it was only carried across. */
export function fateComment(packet: LoggedPacket): string {
  const words = [
    fateWords[packet.fate],
    packet.isCopy ? 'copy, made by the link' : '',
    packet.isCorrupt ? 'corrupted' : '',
    packet.isReordered ? 'reordered' : '',
  ]
  return words.filter((word) => word !== '').join(', ')
}

const comments = new Map<string, Uint8Array>()

/** There are few that differ: each is made once. */
function commentOption(packet: LoggedPacket): Uint8Array | undefined {
  const text = fateComment(packet)
  if (text === '') return undefined
  let made = comments.get(text)
  if (made === undefined) {
    made = textOption(Option.COMMENT, text)
    comments.set(text, made)
  }
  return made
}

const endOfOptions = new Uint8Array(4)

function block(type: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(BLOCK_FRAME_BYTES + body.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, type, true)
  view.setUint32(4, bytes.length, true)
  bytes.set(body, 8)
  view.setUint32(bytes.length - 4, bytes.length, true)
  return bytes
}

function textOption(code: number, text: string): Uint8Array {
  return option(code, new TextEncoder().encode(text))
}

function option(code: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + padded(value.length))
  const view = new DataView(bytes.buffer)
  view.setUint16(0, code, true)
  view.setUint16(2, value.length, true)
  bytes.set(value, 4)
  return bytes
}

const padded = (bytes: number): number => Math.ceil(bytes / 4) * 4

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
