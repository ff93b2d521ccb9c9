/** So that the name, with time and number, fits a file system's 255 bytes. */
const LONGEST_NAME_CHARACTERS = 32

/** What is left of a name in that of a file: letters and digits, `_` and `-`. */
export function keptName(name: string): string {
  const plain = [...name.normalize('NFC').replace(/[^\p{L}\p{Nd}_]+/gu, '-')]
  return (
    plain
      .slice(0, LONGEST_NAME_CHARACTERS)
      .join('')
      .replace(/^-+|-+$/g, '') || 'nameless'
  )
}
