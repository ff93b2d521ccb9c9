import { HEADER_BYTES } from '../wire/frame.ts'
import { MAX_STREAM_MESSAGE_BYTES, PREFIX_BYTES } from '../wire/framing.ts'
import type { Stretch } from './tcp-stream.ts'

/** A message of a stream behind its length, and where it lies: offsets of the stream. */
export interface StreamFrame {
  /** Of the first byte of its length. */
  readonly from: number
  /** Behind its last byte. */
  readonly to: number
  /** As much of the message as a header takes, or all of a shorter one. */
  readonly head: Uint8Array
}

export interface StreamFrames {
  readonly frames: readonly StreamFrame[]
  /** False where some of the stream was not captured, or is no frame: what follows could not be told apart. */
  readonly isWhole: boolean
}

/** Cuts a stream, given by stretches in order, into frames as far as it can be followed; the last must not be whole. */
export function streamFrames(stretches: readonly Stretch[]): StreamFrames {
  const reader = new Reader(stretches)
  const frames: StreamFrame[] = []
  let at = 0
  for (;;) {
    const prefix = reader.read(at, PREFIX_BYTES)
    if (typeof prefix === 'string') return { frames, isWhole: prefix === 'end' }
    const messageBytes = new DataView(prefix.buffer, prefix.byteOffset).getUint32(0)
    if (messageBytes > MAX_STREAM_MESSAGE_BYTES) return { frames, isWhole: false }
    const to = at + PREFIX_BYTES + messageBytes
    if (to > reader.endOffset) return { frames, isWhole: reader.isContiguous }
    const head = reader.read(at + PREFIX_BYTES, Math.min(messageBytes, HEADER_BYTES))
    if (typeof head === 'string') return { frames, isWhole: false }
    frames.push({ from: at, to, head })
    at = to
  }
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
