import { diffResults } from '../compare/diff.ts'
import { NetcmpError } from '../core/errors.ts'
import { parseShare } from '../core/units.ts'
import { renderDiff } from '../report/diff/render.ts'
import type { DiffDocument } from '../result/diff.ts'
import type { CompareFlags } from './flags.ts'
import { checkWritable, coloured, columns, emit } from './output.ts'
import { readSaved, savedName } from './saved-result.ts'

type DiffFlags = Pick<CompareFlags, 'format' | 'output' | 'color'> & { readonly threshold?: string }

/** `netcmp diff A B`: prints what changed. Throws LIMIT_MISSED, after that, where something got worse. */
export async function diffCommand(a: string, b: string, flags: DiffFlags): Promise<void> {
  const threshold = flags.threshold === undefined ? 0 : parseShare(flags.threshold)
  checkWritable(flags.output)
  const diff = diffResults(
    { name: savedName(a), document: await readSaved(a) },
    { name: savedName(b), document: await readSaved(b) },
    threshold,
  )
  const { format, output } = flags
  if (format === 'json' || format === 'csv') {
    for (const { text } of diff.warnings) process.stderr.write(`warning: ${text}\n`)
  }
  await emit(
    renderDiff(diff, { format, columns: output === undefined ? columns() : 80, color: coloured(flags) }),
    output,
  )
  failOnRegression(diff, flags.threshold)
}

/** The result names them all; the error says that there are some. */
function failOnRegression({ a, b, changes }: DiffDocument, threshold: string | undefined): void {
  const names = changes.flatMap(({ regression, transport, workload, metric }) => {
    return regression ? [`${transport}.${workload}.${metric}`] : []
  })
  if (names.length === 0) return
  const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
  const past = threshold === undefined ? '' : ` by more than ${threshold}`
  const remedy = threshold === undefined ? ' (--threshold 5% overlooks small changes)' : ''
  throw new NetcmpError(
    'LIMIT_MISSED',
    `netcmp: ${b.name} is worse than ${a.name}${past}: ${names.slice(0, 3).join(', ')}${more}${remedy}`,
  )
}
