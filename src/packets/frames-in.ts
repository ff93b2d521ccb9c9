import { FrameType, frameType, HEADER_BYTES, readSeq } from '../wire/frame.ts'
import { readUint32 } from './big-endian.ts'

/** Over a stream each frame follows its length. */
const LENGTH_BYTES = 4

const nameOfType = new Map<number, string>(
  Object.entries(FrameType).map(([name, type]) => [type, name.replace('_REQUEST', '?')]),
)

/** The frame of netcmp that a datagram is, by its name and number, as `PROBE 7`. */
export function framesInDatagram(payload: Uint8Array): string[] {
  return frameAt(payload)
}

/** Those of a stream that begin one after the other from the first byte of a segment on; none where it begins inside of one. */
export function framesInSegment(payload: Uint8Array): string[] {
  const names: string[] = []
  for (let at = 0; at + LENGTH_BYTES + HEADER_BYTES <= payload.length; ) {
    const name = frameAt(payload.subarray(at + LENGTH_BYTES))
    if (name.length === 0) break
    names.push(...name)
    at += LENGTH_BYTES + readUint32(payload, at)
  }
  return names
}

function frameAt(bytes: Uint8Array): string[] {
  const name = nameOfType.get(frameType(bytes))
  if (name === undefined) return []
  return [name === 'PROBE' ? `${name} ${readSeq(bytes)}` : name]
}
