import type { ResultDocument } from '../result/schema.ts'
import { writeResult } from '../result/write.ts'
import { csv } from './csv.ts'
import { markdown } from './markdown.ts'
import { drawPage } from './page.ts'

/** How a result can be shown, in the order that help texts list it. */
export const formats = ['table', 'json', 'csv', 'markdown'] as const

export type Format = (typeof formats)[number]

export interface RenderOptions {
  readonly format: Format
  /** Width of the terminal. A table takes 80 columns at most, and 40 at least. */
  readonly columns: number
  /** Table only. */
  readonly color: boolean
}

/** A result as text, ended by a line end. Nothing but the document and the options decides it. */
export function render(document: ResultDocument, { format, columns, color }: RenderOptions): string {
  switch (format) {
    case 'table':
      return drawPage(document, columns, color)
    case 'json':
      return writeResult(document)
    case 'csv':
      return csv(document)
    case 'markdown':
      return markdown(document)
  }
}
