import { render } from '../report/render.ts'
import { renderSweep } from '../report/render-sweep.ts'
import type { CompareFlags } from './flags.ts'
import { checkWritable, coloured, columns, emit } from './output.ts'
import { readAnySaved } from './saved-sweep.ts'

/** `netcmp report FILE`: draws a saved result again, or a saved sweep. */
export async function reportCommand(
  file: string,
  flags: Pick<CompareFlags, 'format' | 'output' | 'color'>,
): Promise<void> {
  checkWritable(flags.output)
  const document = await readAnySaved(file)
  const { format, output } = flags
  const how = { format, columns: output === undefined ? columns() : 80, color: coloured(flags) }
  const text = document.schema === 'netcmp.sweep/1' ? renderSweep(document, how) : render(document, how)
  await emit(text, output)
}
