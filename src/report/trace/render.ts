import { NetcmpError } from '../../core/errors.ts'
import type { TraceDocument } from '../../result/trace-schema.ts'
import { writeTrace } from '../../result/write.ts'
import { ladderMermaid } from './ladder-mermaid.ts'
import { ladderSvg } from './ladder-svg.ts'
import { drawTracePage } from './page.ts'
import { timelineSvg } from './timeline-svg.ts'

/** How a trace can be shown. */
export const traceFormats = ['table', 'mermaid', 'svg', 'json'] as const

export type TraceFormat = (typeof traceFormats)[number]

export interface TraceRenderOptions {
  readonly format: TraceFormat
  readonly columns: number
  readonly color: boolean
}

/** A trace as text, ended by a line end. Throws BAD_VALUE for a timeline in Mermaid. */
export function renderTrace(document: TraceDocument, { format, columns, color }: TraceRenderOptions): string {
  const isTimeline = document.config.view === 'timeline'
  switch (format) {
    case 'table':
      return drawTracePage(document, columns, color)
    case 'json':
      return writeTrace(document)
    case 'svg':
      return isTimeline ? timelineSvg(document) : ladderSvg(document)
    case 'mermaid':
      if (isTimeline) throw noMermaid()
      return ladderMermaid(document)
  }
}

/** Mermaid has no chart whose marks may be anywhere. */
export function noMermaid(): NetcmpError {
  return new NetcmpError('BAD_VALUE', 'netcmp: a timeline is drawn as table or svg, not as mermaid')
}
