import type { ResultDocument, Warning } from '../result/schema.ts'
import { printable } from './text.ts'

/** Sections as a page, an empty line between them; those that are empty are left out. */
export function pageOf(sections: readonly (readonly string[])[]): string {
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`
}

/** Said first, so that nobody takes a part for the whole. */
export function partialNote(document: ResultDocument): string | undefined {
  return document.partial
    ? 'PARTIAL: the comparison was cut short; this is what was measured until then.'
    : undefined
}

export function warningsOf(document: { readonly warnings: readonly Warning[] }): string[] {
  return document.warnings.map((warning) => `warning: ${printable(warning.text)}`)
}
