/** The shortest message that has room for its number. */
export const LEAST_NUMBERED_BYTES = 16
/** The largest number that fits. */
export const LAST_NUMBER = 9_999_999

const DOT = 0x2e

/** `message 7 .......`: a message that says which it is, to a program and to whoever looks at the packet. */
export function numberedText(number: number, bytes: number): Uint8Array {
  return new Uint8Array(bytes).fill(DOT).map((dot, index) => {
    const code = `message ${number} `.charCodeAt(index)
    return Number.isNaN(code) ? dot : code
  })
}

/** The number that a message says; null where it says none. */
export function numberOf(message: Uint8Array): number | null {
  const head = String.fromCharCode(...message.subarray(0, LEAST_NUMBERED_BYTES))
  const digits = /^message ([1-9]\d{0,6}) /.exec(head)?.[1]
  return digits === undefined ? null : Number(digits)
}
