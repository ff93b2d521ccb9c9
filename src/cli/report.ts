import { readFileSync } from 'node:fs'
import { NetcmpError } from '../core/errors.ts'
import { render } from '../report/render.ts'
import { parseResult } from '../result/read.ts'
import type { CompareFlags } from './flags.ts'
import { checkWritable, coloured, columns, emit } from './output.ts'

/** `netcmp report FILE`: draws a saved result again. */
export async function reportCommand(
  file: string,
  flags: Pick<CompareFlags, 'format' | 'output' | 'color'>,
): Promise<void> {
  checkWritable(flags.output)
  const document = parseResult(read(file), file === '-' ? 'standard input' : file)
  const { format, output } = flags
  await emit(
    render(document, { format, columns: output === undefined ? columns() : 80, color: coloured(flags) }),
    output,
  )
}

function read(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'it is a folder' : message
    throw new NetcmpError('BAD_VALUE', `netcmp: cannot read ${file}: ${why}`, { cause: error })
  }
}
