/** `10.9.0.1`, of four bytes. */
export function addressText4(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`
}

/** `fd09::1`, of sixteen bytes: the longest run of two or more zero groups is left out, the first of equals (RFC 5952, 4). */
export function addressText6(bytes: Uint8Array, at: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => {
    return ((bytes[at + 2 * index] as number) << 8) | (bytes[at + 2 * index + 1] as number)
  })
  let [start, length] = [0, 1]
  for (let from = 0; from < 8; from++) {
    let zeros = 0
    while (from + zeros < 8 && groups[from + zeros] === 0) zeros++
    if (zeros > length) [start, length] = [from, zeros]
  }
  const text = (some: readonly number[]) => some.map((group) => group.toString(16)).join(':')
  if (length < 2) return text(groups)
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`
}
