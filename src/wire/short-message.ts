import { HEADER_BYTES } from './frame.ts'

/** A message this long has no room for a header: it carries the low bytes of its number, at its end, and nothing else that is read. */
export function isShort(messageBytes: number): boolean {
  return messageBytes < HEADER_BYTES
}

/** Numbers of more bytes would tell no more. */
const MOST_NUMBER_BYTES = 4

const numberBytes = (message: Uint8Array): number => Math.min(message.length, MOST_NUMBER_BYTES)

export function writeShortSeq(message: Uint8Array, seq: number): void {
  let rest = seq
  for (let at = 0; at < numberBytes(message); at++) {
    message[message.length - 1 - at] = rest % 256
    rest = Math.floor(rest / 256)
  }
}

/**
 * The whole number of a short message: of all that end in its bytes, the one nearest to what is expected, which is the one
 * after the highest that came. Right while fewer than half of all such numbers lie between: of a message of 1 byte 127.
 */
export function readShortSeq(message: Uint8Array, expected: number): number {
  let low = 0
  for (let at = numberBytes(message); at > 0; at--) low = low * 256 + (message[message.length - at] as number)
  const modulus = 256 ** numberBytes(message)
  const nearest = low + modulus * Math.round((expected - low) / modulus)
  return nearest < 0 ? nearest + modulus : nearest
}
