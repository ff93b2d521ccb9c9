import type { Link, ResultDocument } from '../../result/schema.ts'
import type { SweepDocument } from '../../result/sweep-schema.ts'
import { headerOf } from '../header.ts'
import { parameterName } from '../parameter-words.ts'
import { joined } from '../sentence.ts'

/** What was swept, where and when. Parts of two lines, and of a third in a lab. */
export function sweepHeader(document: SweepDocument): string[][] {
  const { parameters, cells } = document
  const ids = parameters.map(({ id }) => id)
  const [where, what, link = []] = headerOf(asResult(document), new Set(ids))
  // What varies is no impairment of all cells; nor is there none.
  const fixed = ids.some((id) => id in steady) ? link.filter((part) => !part.includes('unimpaired')) : link
  const lines = [where, [`sweep of ${joined(ids.map(parameterName))}, ${cells.length} cells`, ...what], fixed]
  return lines.filter((parts) => parts.length > 0)
}

/** What of a link a parameter varies, as it is where it does nothing. */
const steady: Readonly<Record<string, Partial<Link['up']>>> = {
  lossRatio: { lossRatio: 0 },
  delayNs: { delayNs: 0 },
  jitterNs: { jitterNs: 0 },
  linkBitsPerSec: { bitsPerSec: null },
  queuePackets: {},
  duplicateRatio: { duplicateRatio: 0 },
  corruptRatio: { corruptRatio: 0 },
  reorderRatio: { reorderRatio: 0 },
}

/** All of its runs as if they were one comparison's, for what is said of them together. */
function asResult({
  cells,
  parameters,
  figures: _figures,
  link,
  ...document
}: SweepDocument): ResultDocument {
  return {
    ...document,
    ...(link === undefined ? {} : { link: fixedOf(link, parameters) }),
    schema: 'netcmp.result/1',
    tool: { ...document.tool, durationNs: 0 },
    runs: cells.flatMap(({ runs }) => runs),
    summary: cells.flatMap(({ summary }) => summary.map((each) => ({ ...each, engine: '', curve: null }))),
    verdicts: [],
  }
}

function fixedOf(link: Link, parameters: SweepDocument['parameters']): Link {
  const without = Object.assign({}, ...parameters.map(({ id }) => steady[id]))
  return { ...link, up: { ...link.up, ...without }, down: { ...link.down, ...without } }
}
