import { styleText } from 'node:util'

/** Holds two words together through `wrap`, which turns it into a space. */
export const GLUE = '\u00A0'

export const glued = (text: string): string => text.replaceAll(' ', GLUE)

/** Text from a document, which anyone may have written: one line, nothing that moves a cursor or reverses a line. */
export function printable(text: string): string {
  return text
    .replace(/[\s\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(/[\p{Cs}\p{Co}\p{Cn}]/gu, '?')
    .trim()
}

/** How a transport is called in print: `tcp` is TCP. At most 10 columns. */
export function transportLabel(name: string): string {
  const label = name.toUpperCase().replace(/[^A-Z0-9.+-]/g, '?')
  return label.length > 10 ? `${label.slice(0, 9)}~` : label
}

const wide =
  /[\u1100-\u115F\u2329\u232A\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18AFF}\u{1B000}-\u{1B2FF}\u{1F000}-\u{1FAFF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u

/** Columns that text without control characters takes on a terminal. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7E]*$/.test(text)) return text.length
  let columns = 0
  for (const character of text) columns += columnsOf(character)
  return columns
}

function columnsOf(character: string): number {
  if (/\p{M}/u.test(character)) return 0
  return wide.test(character) ? 2 : 1
}

/** Lines of at most `columns`, broken between words (a longer word is cut); all but the first begin with `indent`. */
export function wrap(text: string, columns: number, indent = ''): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`
    if (widthOf(joined) <= columns) {
      line = joined
      continue
    }
    if (line.trim() !== '') lines.push(line)
    let rest = lines.length === 0 ? word : indent + word
    while (widthOf(rest) > columns) {
      const head = headOf(rest, columns)
      lines.push(head)
      rest = indent + rest.slice(head.length)
    }
    line = rest
  }
  lines.push(line)
  return lines.map((each) => each.replaceAll(GLUE, ' ').trimEnd())
}

/** As much of the text as `columns` hold, but at least its first character. */
function headOf(text: string, columns: number): string {
  let head = ''
  for (const character of text) {
    if (head !== '' && widthOf(head + character) > columns) break
    head += character
  }
  return head
}

/** Sets parts side by side, three spaces apart, and starts a new line where the next does not fit. */
export function flow(parts: readonly string[], columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const part of parts) {
    const joined = line === '' ? part : `${line}   ${part}`
    if (line !== '' && widthOf(joined) > columns) {
      lines.push(...wrap(line, columns, '  '))
      line = part
    } else {
      line = joined
    }
  }
  if (line !== '') lines.push(...wrap(line, columns, '  '))
  return lines
}

export type Style = Parameters<typeof styleText>[0]
export type Paint = (style: Style, text: string) => string

/** Whether to colour was decided by the caller, so the stream is not asked again. */
export function createPaint(color: boolean): Paint {
  return color ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text
}

/** Rows of cells as lines, each column as wide as its widest cell, two spaces between. */
export function inColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd(),
  )
}

const MIN_COLUMNS = 40
const MAX_COLUMNS = 80

/** The width of a page on a terminal: 40 to 80. */
export function pageColumns(wanted: number): number {
  return Number.isFinite(wanted)
    ? Math.max(MIN_COLUMNS, Math.min(MAX_COLUMNS, Math.floor(wanted)))
    : MAX_COLUMNS
}
