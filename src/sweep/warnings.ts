import { linkWarnings } from '../compare/link-warnings.ts'
import { warningsOf } from '../compare/warnings.ts'
import { placeText } from '../report/parameter-words.ts'
import type { Warning } from '../result/schema.ts'
import type { Parameters, SweepCell } from '../result/sweep-schema.ts'

/** What the tool and the hosts did that could explain a figure: each kind once, as in the first cell that has it. */
export function sweepWarnings(cells: readonly SweepCell[]): Warning[] {
  const found = new Map<string, { text: string; parameters: Parameters; count: number }>()
  for (const { parameters, summary, runs } of cells) {
    for (const { code, text } of firstOfEach([...warningsOf(summary, runs), ...linkWarnings(runs)])) {
      const before = found.get(code)
      if (before) before.count++
      else found.set(code, { text, parameters, count: 1 })
    }
  }
  return [...found].map(([code, { text, parameters, count }]) => {
    const place = placeText(parameters, Object.keys(parameters))
    return { code, text: `in ${count} of ${cells.length} cells, as at ${place}: ${text}` }
  })
}

function firstOfEach(warnings: readonly Warning[]): Warning[] {
  return [...new Map([...warnings].reverse().map((warning) => [warning.code, warning])).values()]
}
