import { NetcmpError } from '../core/errors.ts'
import { type Format, formats, render } from '../report/render.ts'
import { renderSweep } from '../report/sweep/render.ts'
import { renderTrace, type TraceFormat, traceFormats } from '../report/trace/render.ts'
import type { ResultDocument } from '../result/schema.ts'
import type { SweepDocument } from '../result/sweep-schema.ts'
import type { TraceDocument } from '../result/trace-schema.ts'
import { checkWritable, coloured, columns, emit } from './output.ts'
import { readSavedAny } from './saved-any.ts'

export interface ReportFlags {
  format: Format | TraceFormat
  output?: string
  color: boolean
}

/** `netcmp report FILE`: draws a saved result, sweep or trace again. */
export async function reportCommand(file: string, flags: ReportFlags): Promise<void> {
  checkWritable(flags.output)
  await emit(drawn(await readSavedAny(file), flags), flags.output)
}

function drawn(document: ResultDocument | SweepDocument | TraceDocument, flags: ReportFlags): string {
  const { format, output } = flags
  const options = { columns: output === undefined ? columns() : 80, color: coloured(flags) }
  if (document.schema === 'netcmp.trace/1') {
    return renderTrace(document, { ...options, format: oneOf(traceFormats, format, 'a trace') })
  }
  if (document.schema === 'netcmp.sweep/1') {
    return renderSweep(document, { ...options, format: oneOf(formats, format, 'a sweep') })
  }
  return render(document, { ...options, format: oneOf(formats, format, 'a result') })
}

function oneOf<T extends string>(known: readonly T[], format: string, what: string): T {
  const found = known.find((each) => each === format)
  if (found) return found
  throw new NetcmpError('BAD_VALUE', `netcmp: ${what} is drawn as ${known.join(', ')}, not as ${format}`)
}
