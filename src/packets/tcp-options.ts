import { readUint16, readUint32 } from './big-endian.ts'

/** What a segment's options say; undefined where it has no such option. */
export interface TcpOptions {
  /** RFC 9293, 3.7.1. */
  readonly mssBytes?: number
  /** RFC 7323, 2: windows are shifted by so many bits. */
  readonly windowScale?: number
  /** RFC 2018, 2. */
  readonly isSackPermitted?: true
  /** RFC 2018, 3: from the first sequence number to the one behind the last. */
  readonly sackBlocks?: readonly (readonly [from: number, to: number])[]
  /** RFC 7323, 3. */
  readonly timestamps?: { readonly value: number; readonly echo: number }
}

const END = 0
const NO_OPERATION = 1
const MSS = 2
const WINDOW_SCALE = 3
const SACK_PERMITTED = 4
const SACK = 5
const TIMESTAMPS = 8

/** Reads the options of a segment as far as they are whole; unknown ones, and those of a wrong length, are passed over. */
export function readTcpOptions(bytes: Uint8Array): TcpOptions {
  let options: TcpOptions = {}
  for (let at = 0; at < bytes.length && bytes[at] !== END; ) {
    if (bytes[at] === NO_OPERATION) {
      at++
      continue
    }
    const length = bytes[at + 1] ?? 0
    if (length < 2 || at + length > bytes.length) break
    options = { ...options, ...optionOf(bytes[at] as number, bytes.subarray(at + 2, at + length)) }
    at += length
  }
  return options
}

function optionOf(kind: number, value: Uint8Array): TcpOptions {
  if (kind === MSS && value.length === 2) return { mssBytes: readUint16(value, 0) }
  if (kind === WINDOW_SCALE && value.length === 1) return { windowScale: value[0] as number }
  if (kind === SACK_PERMITTED && value.length === 0) return { isSackPermitted: true }
  if (kind === TIMESTAMPS && value.length === 8) {
    return { timestamps: { value: readUint32(value, 0), echo: readUint32(value, 4) } }
  }
  if (kind !== SACK || value.length === 0 || value.length % 8 !== 0) return {}
  const sackBlocks = Array.from({ length: value.length / 8 }, (_, index) => {
    return [readUint32(value, 8 * index), readUint32(value, 8 * index + 4)] as const
  })
  return { sackBlocks }
}
