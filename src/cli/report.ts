import { createReadStream } from 'node:fs'
import { NetcmpError } from '../core/errors.ts'
import { render } from '../report/render.ts'
import { LONGEST_RESULT_BYTES, parseResult } from '../result/read.ts'
import type { CompareFlags } from './flags.ts'
import { checkWritable, coloured, columns, emit, whyNoFile } from './output.ts'

/** `netcmp report FILE`: draws a saved result again. */
export async function reportCommand(
  file: string,
  flags: Pick<CompareFlags, 'format' | 'output' | 'color'>,
): Promise<void> {
  checkWritable(flags.output)
  const document = parseResult(await read(file), file === '-' ? 'standard input' : file)
  const { format, output } = flags
  await emit(
    render(document, { format, columns: output === undefined ? columns() : 80, color: coloured(flags) }),
    output,
  )
}

/** No more than one byte past the longest result is read, however much there is. */
async function read(file: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of file === '-' ? process.stdin : createReadStream(file)) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > LONGEST_RESULT_BYTES) break
    }
    return Buffer.concat(chunks).toString('utf8')
  } catch (error) {
    throw new NetcmpError('BAD_VALUE', `netcmp: cannot read ${file}: ${whyNoFile(error)}`, { cause: error })
  }
}
