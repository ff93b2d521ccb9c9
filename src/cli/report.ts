import { render } from '../report/render.ts'
import type { CompareFlags } from './flags.ts'
import { checkWritable, coloured, columns, emit } from './output.ts'
import { readSaved } from './saved-result.ts'

/** `netcmp report FILE`: draws a saved result again. */
export async function reportCommand(
  file: string,
  flags: Pick<CompareFlags, 'format' | 'output' | 'color'>,
): Promise<void> {
  checkWritable(flags.output)
  const document = await readSaved(file)
  const { format, output } = flags
  await emit(
    render(document, { format, columns: output === undefined ? columns() : 80, color: coloured(flags) }),
    output,
  )
}
