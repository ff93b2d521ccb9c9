import { frameType, HEADER_BYTES } from '../wire/frame.ts'
import { MAX_STREAM_MESSAGE_BYTES, PREFIX_BYTES } from '../wire/framing.ts'
import { readUint32 } from './big-endian.ts'
import type { Stretch } from './tcp-stream.ts'

/** A message of a stream behind its length, and where it lies: offsets of the stream. */
export interface StreamFrame {
  /** Of the first byte of its length. */
  readonly from: number
  /** Behind its last byte. */
  readonly to: number
  /** As much of the message as a header takes, or all of a shorter one. */
  readonly head: Uint8Array
  /** Its head was not captured: it is as long as the one before, whose head this is, and others confirm it. */
  readonly isPresumed: boolean
}

export interface StreamFrames {
  readonly frames: readonly StreamFrame[]
  /** False where some of the stream was not captured, or is no frame: what follows could not be told apart. */
  readonly isWhole: boolean
}

/**
 * Cuts a stream, given by stretches in order, into frames as far as it can be followed; the last must not be whole. Where
 * lengths were not captured they are presumed to be that of the frame before, until a captured head lies where it then has
 * to be; without one, all of them stay unknown.
 */
export function streamFrames(stretches: readonly Stretch[]): StreamFrames {
  const reader = new Reader(stretches)
  const frames: StreamFrame[] = []
  let presumed: StreamFrame[] = []
  for (let at = 0; ; ) {
    const found = frameAt(reader, at, presumed.at(-1) ?? frames.at(-1))
    if (found === 'end') return { frames, isWhole: presumed.length === 0 }
    if (found === 'unknown') return { frames, isWhole: false }
    at = found.to
    if (found.isPresumed) {
      presumed.push(found)
      continue
    }
    if (presumed.length > 0 && !isFrame(found)) return { frames, isWhole: false }
    for (const each of presumed) frames.push(each)
    presumed = []
    frames.push(found)
  }
}

const isFrame = ({ head }: StreamFrame): boolean => frameType(head) !== 0

/** `end`: there is not all of it; `unknown`: there is none that can be told. `before`: the frame before. */
function frameAt(
  reader: Reader,
  from: number,
  before: StreamFrame | undefined,
): StreamFrame | 'end' | 'unknown' {
  const prefix = reader.read(from, PREFIX_BYTES)
  if (prefix === 'end') return 'end'
  const bytesBefore = before && isFrame(before) ? before.to - before.from - PREFIX_BYTES : Number.NaN
  const messageBytes = prefix === 'unknown' ? bytesBefore : readUint32(prefix, 0)
  const to = from + PREFIX_BYTES + messageBytes
  if (!(messageBytes <= MAX_STREAM_MESSAGE_BYTES)) return 'unknown'
  if (to > reader.endOffset) return prefix !== 'unknown' && reader.isContiguous ? 'end' : 'unknown'
  const head = reader.read(from + PREFIX_BYTES, Math.min(messageBytes, HEADER_BYTES))
  if (prefix !== 'unknown' && typeof head !== 'string') return { from, to, head, isPresumed: false }
  if (before === undefined || messageBytes !== bytesBefore) return 'unknown'
  return { from, to, head: before.head, isPresumed: true }
}

/** Reads forward through stretches that follow each other without a gap. */
class Reader {
  readonly #stretches: readonly Stretch[]
  /** Where the first gap is. */
  readonly endOffset: number
  readonly isContiguous: boolean
  #index = 0

  constructor(stretches: readonly Stretch[]) {
    let end = 0
    const gap = stretches.findIndex(({ from, to }) => {
      if (from !== end) return true
      end = to
      return false
    })
    this.#stretches = stretches
    this.endOffset = end
    this.isContiguous = gap === -1
  }

  /** `end`: there is not so much; `unknown`: it was not captured, or lies behind a gap. */
  read(at: number, bytes: number): Uint8Array | 'end' | 'unknown' {
    if (at + bytes > this.endOffset) return this.isContiguous ? 'end' : 'unknown'
    while ((this.#stretches[this.#index]?.to ?? Number.POSITIVE_INFINITY) <= at) this.#index++
    const first = this.#stretches[this.#index]
    if (first !== undefined && at + bytes <= first.from + first.bytes.length) {
      return first.bytes.subarray(at - first.from, at - first.from + bytes)
    }
    return this.#gather(at, bytes)
  }

  #gather(at: number, bytes: number): Uint8Array | 'unknown' {
    const gathered = new Uint8Array(bytes)
    for (let have = 0, index = this.#index; have < bytes; index++) {
      const { from, to, bytes: captured } = this.#stretches[index] as Stretch
      const start = at + have - from
      const wanted = Math.min(to - from - start, bytes - have)
      if (start + wanted > captured.length) return 'unknown'
      gathered.set(captured.subarray(start, start + wanted), have)
      have += wanted
    }
    return gathered
  }
}
