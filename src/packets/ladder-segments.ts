import { hasTcpFlag, sequenceLength, TcpFlag, type TcpSegment } from './tcp-segment.ts'

/** What a TCP segment says, with sequence numbers counted from those of the SYNs, as Wireshark shows them. */
export interface LadderSegment {
  /** In the order in which people say them: SYN, FIN, RST, PSH, ACK, URG, ECE, CWR. */
  readonly flags: string[]
  /** 0 is that of the SYN. */
  readonly seq: number
  /** Null without ACK. */
  readonly ack: number | null
  /** As the header has it, unscaled. */
  readonly window: number
  /** Index of the latest packet that already took some of its sequence numbers to the link; null: they are all new. */
  readonly repeats: number | null
  /** RFC 5681, 2: acknowledges nothing new while something is under way. */
  readonly isDuplicateAck: boolean
}

export type End = 'client' | 'server'

const namesOfFlags = ['SYN', 'FIN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'] as const

/** What one end has sent so far. */
interface Sent {
  /** Of its SYN; where none was seen, one less than the first that was. */
  initialSeq: number | undefined
  readonly ranges: { readonly from: number; readonly to: number; readonly index: number }[]
  end: number
  last: { readonly ack: number | null; readonly window: number; readonly flags: number } | undefined
}

/** Reads the segments of one connection, in the order in which they came to the link. */
export class SegmentReader {
  readonly #sent: Readonly<Record<End, Sent>> = { client: nothingSent(), server: nothingSent() }

  /** @param index of the packet, by which later ones name it; a copy changes nothing of what was sent */
  read(segment: TcpSegment, from: End, index: number, isCopy: boolean): LadderSegment {
    const own = this.#sent[from]
    const other = this.#sent[from === 'client' ? 'server' : 'client']
    const isSyn = hasTcpFlag(segment, TcpFlag.SYN)
    own.initialSeq ??= isSyn ? segment.seq : (segment.seq - 1) >>> 0
    const seq = (segment.seq - own.initialSeq) >>> 0
    const hasAck = hasTcpFlag(segment, TcpFlag.ACK)
    const ack = hasAck ? (segment.ack - (other.initialSeq ?? segment.ack - 1)) >>> 0 : null
    const length = sequenceLength(segment)
    const read = {
      flags: namesOfFlags.filter((name) => hasTcpFlag(segment, TcpFlag[name])),
      seq,
      ack,
      window: segment.window,
      repeats: isCopy ? null : repeatedOf(own, seq, seq + length),
      isDuplicateAck: !isCopy && length === 0 && isDuplicateAck(segment, ack, own, other),
    }
    if (!isCopy) remember(own, read, segment.flags, length, index)
    return read
  }
}

function nothingSent(): Sent {
  return { initialSeq: undefined, ranges: [], end: 0, last: undefined }
}

function remember(
  own: Sent,
  { seq, ack, window }: LadderSegment,
  flags: number,
  length: number,
  index: number,
): void {
  own.last = { ack, window, flags }
  if (length === 0) return
  own.ranges.push({ from: seq, to: seq + length, index })
  own.end = Math.max(own.end, seq + length)
}

function repeatedOf({ ranges, end }: Sent, from: number, to: number): number | null {
  if (from === to || from >= end) return null
  return ranges.findLast((range) => range.from < to && from < range.to)?.index ?? null
}

function isDuplicateAck(segment: TcpSegment, ack: number | null, own: Sent, other: Sent): boolean {
  if (ack === null || segment.flags !== TcpFlag.ACK || own.last === undefined) return false
  const isSame = own.last.ack === ack && own.last.window === segment.window
  return isSame && !hasTcpFlag(own.last, TcpFlag.SYN) && ack < other.end
}
