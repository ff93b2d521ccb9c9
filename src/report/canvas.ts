import { type Paint, type Style, widthOf } from './text.ts'

interface Cell {
  readonly character: string
  readonly style: Style | undefined
}

/** What two lines make of the cell in which they meet. */
const CROSSING = '┼'

/** Rows of characters that lines and words are drawn into, each cell one column wide. */
export class Canvas {
  readonly #width: number
  readonly #rows: (Cell | undefined)[][]

  constructor(width: number, height: number) {
    this.#width = width
    this.#rows = Array.from({ length: height }, () => [])
  }

  /** A piece of a line: where there is another already, they cross. */
  line(row: number, column: number, character: string, style?: Style): void {
    const cells = this.#rows[row]
    if (cells === undefined || column < 0 || column >= this.#width) return
    const there = cells[column]?.character
    const crosses = there !== undefined && there !== character
    cells[column] = { character: crosses ? CROSSING : character, style: crosses ? undefined : style }
  }

  /** Words stand above lines. A character that takes no column, or two, becomes a question mark. */
  write(row: number, column: number, text: string, style?: Style): void {
    const cells = this.#rows[row]
    if (cells === undefined) return
    for (const [index, given] of [...text].entries()) {
      const character = widthOf(given) === 1 ? given : '?'
      if (column + index >= 0 && column + index < this.#width) cells[column + index] = { character, style }
    }
  }

  /** A row as text of the whole width. */
  row(row: number, paint: Paint): string {
    const cells = Array.from({ length: this.#width }, (_, column) => this.#rows[row]?.[column])
    let text = ''
    for (let from = 0; from < cells.length; ) {
      const style = cells[from]?.style
      let to = from
      let piece = ''
      for (; to < cells.length && cells[to]?.style === style; to++) piece += cells[to]?.character ?? ' '
      text += style === undefined ? piece : paint(style, piece)
      from = to
    }
    return text
  }
}
