/** What commander says of wrong usage, without its prefix, and with its hint, which it writes on a line of its own, in the same. */
export function usageLine(text: string): string {
  return text
    .replace(/^error: /, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ')
}
