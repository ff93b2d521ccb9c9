import type { ResultDocument } from '../result/schema.ts'
import type { SweepDocument } from '../result/sweep-schema.ts'
import { headerOf } from './header.ts'
import { parameterName } from './parameter-words.ts'
import { joined } from './sentence.ts'

/** What was swept, where and when. Parts of two lines. */
export function sweepHeader(document: SweepDocument): readonly [string[], string[]] {
  const { parameters, cells } = document
  const ids = parameters.map(({ id }) => id)
  const [where, what] = headerOf(asResult(document), new Set(ids))
  return [where, [`sweep of ${joined(ids.map(parameterName))}, ${cells.length} cells`, ...what]]
}

/** All of its runs as if they were one comparison's, for what is said of them together. */
function asResult({ cells, parameters: _, figures: _figures, ...document }: SweepDocument): ResultDocument {
  return {
    ...document,
    schema: 'netcmp.result/1',
    tool: { ...document.tool, durationNs: 0 },
    runs: cells.flatMap(({ runs }) => runs),
    summary: cells.flatMap(({ summary }) => summary.map((each) => ({ ...each, engine: '', curve: null }))),
    verdicts: [],
  }
}
